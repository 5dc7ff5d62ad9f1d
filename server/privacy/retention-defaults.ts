import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { academicYearStart } from '#domain/streaks/streak-input.ts';

/** What a period counts from: a day of the record itself, or the start of a school year. */
export type RetentionBasis = 'created' | 'expired' | 'left' | 'closed' | 'reviewed' | 'academic_year';
export type RetentionUnit = 'days' | 'months' | 'academic_years';

export interface RetentionDefault {
  readonly basis: RetentionBasis;
  /** A school may say less, never more. */
  readonly period: number;
  readonly unit: RetentionUnit;
  readonly sentence: string;
}

/** How long each kind of record is kept. The table `retention_defaults` holds the same rows; a test compares the two. */
export const retentionDefaults = {
  evidence: {
    basis: 'reviewed',
    period: 30,
    unit: 'days',
    sentence: 'Photos and recordings: 30 days after they are marked, and at most to the end of the school year.',
  },
  completions: {
    basis: 'academic_year',
    period: 1,
    unit: 'academic_years',
    sentence: 'Homework and its marks: the current school year and the one before.',
  },
  tasks: {
    basis: 'academic_year',
    period: 1,
    unit: 'academic_years',
    sentence: 'Tasks that no homework belongs to any more: the current school year and the one before.',
  },
  earlier_years: {
    basis: 'academic_year',
    period: 30,
    unit: 'days',
    sentence: 'Homework of earlier school years leaves people’s devices 30 days into the new one.',
  },
  notices: { basis: 'created', period: 90, unit: 'days', sentence: 'Notices: 90 days.' },
  cheers: { basis: 'created', period: 90, unit: 'days', sentence: 'Cheers in buddy groups: 90 days.' },
  refused_pushes: {
    basis: 'created',
    period: 30,
    unit: 'days',
    sentence: 'Homework that the server refused, kept so that it can be saved: 30 days.',
  },
  sessions: { basis: 'expired', period: 7, unit: 'days', sentence: 'Sign-ins: 7 days after they end.' },
  delivery_tokens: {
    basis: 'expired',
    period: 0,
    unit: 'days',
    sentence: 'What a device says whose sealed homework is by: 400 days from the sign-in.',
  },
  deliveries: {
    basis: 'created',
    period: 400,
    unit: 'days',
    sentence: 'Which sealed homework has arrived, by bare ids: 400 days.',
  },
  commands: {
    basis: 'closed',
    period: 400,
    unit: 'days',
    sentence: 'What staff asked the school to do, by bare ids, so that nothing is done twice: 400 days after it was done.',
  },
  child_requests: {
    basis: 'closed',
    period: 12,
    unit: 'months',
    sentence: 'What children asked their teachers: a year after it was answered.',
  },
  invitations: {
    basis: 'closed',
    period: 12,
    unit: 'months',
    sentence: 'Letters to parents, without their codes: a year after they were used or ended.',
  },
  profiles: {
    basis: 'left',
    period: 30,
    unit: 'days',
    sentence: 'A person’s account, with points, runs and badges: 30 days after they leave.',
  },
  consents: { basis: 'left', period: 12, unit: 'months', sentence: 'What guardians agreed to: a year after the child leaves.' },
  requests: {
    basis: 'closed',
    period: 36,
    unit: 'months',
    sentence: 'Data protection requests and complaints: 3 years after they are closed.',
  },
  audit: { basis: 'created', period: 12, unit: 'months', sentence: 'Who did what to which record: a year.' },
  tombstones: {
    basis: 'closed',
    period: 400,
    unit: 'days',
    sentence: 'Marks of what was deleted or is no longer shown, bare ids that devices forget by: 400 days.',
  },
} as const satisfies Record<string, RetentionDefault>;

export type RetentionEntity = keyof typeof retentionDefaults;

/** In this order they are removed: homework before its tasks, people before what outlives them. */
export const retentionEntities = Object.keys(retentionDefaults).filter(isRetentionEntity);

export function isRetentionEntity(name: string): name is RetentionEntity {
  return Object.hasOwn(retentionDefaults, name);
}

/**
 * The day before which records of a kind are due.
 *
 * @param period in the unit of the kind's default
 * @param today the school's calendar day
 */
export function dueBefore(entity: RetentionEntity, period: number, today: IsoDate): IsoDate {
  const { basis, unit }: RetentionDefault = retentionDefaults[entity];
  switch (unit) {
    case 'academic_years':
      return yearsBefore(academicYearStart(today), period);
    case 'months':
      return monthsBefore(today, period);
    case 'days':
      return basis === 'academic_year' ? academicYearStart(addDays(today, -period)) : addDays(today, -period);
  }
}

function yearsBefore(date: IsoDate, years: number): IsoDate {
  return `${String(Number(date.slice(0, 4)) - years)}${date.slice(4)}`;
}

/** The same day of an earlier month; where that has none, its last day. */
function monthsBefore(date: IsoDate, months: number): IsoDate {
  const count = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 - months;
  const month = `${String(Math.floor(count / 12))}-${String((count % 12) + 1).padStart(2, '0')}`;
  const next = `${String(Math.floor((count + 1) / 12))}-${String(((count + 1) % 12) + 1).padStart(2, '0')}`;
  const lastDay = addDays(`${next}-01`, -1);
  const day = `${month}-${date.slice(8)}`;
  return day < lastDay ? day : lastDay;
}
