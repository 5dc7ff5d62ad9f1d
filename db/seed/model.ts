import type { IsoDate, IsoInstant } from '#domain/calendar/dates.ts';
import type { Activity } from '#domain/collections/completions.ts';
import type { CompletionStatus } from '#domain/collections/receipts.ts';
import type { Verdict } from '#domain/collections/reviews.ts';
import type { ConsentPurpose } from '#domain/consents/purposes.ts';
import type { Sticker } from '#domain/marking/stickers.ts';
import type { CalendarEntry } from './school-year.ts';
import type { CoreSubject } from './words/practice.ts';

/** A whole demo school in plain words, before anything is encrypted. Ids are final. */
export interface DemoSchool {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly urn: string;
  readonly dfeNumber: string;
  readonly colour: string;
  readonly leaderboard: 'off' | 'team' | 'individual';
  /** First day of the history: since when everybody belongs to their classes and children. */
  readonly from: IsoDate;
  readonly calendar: readonly (CalendarEntry & { readonly id: string })[];
  readonly clubs: readonly Club[];
  readonly adults: readonly Adult[];
  readonly classes: readonly SchoolClass[];
  readonly children: readonly Child[];
  readonly guardianships: readonly Guardianship[];
  readonly consents: readonly ConsentDecision[];
  readonly invitations: readonly Invitation[];
  readonly tasks: readonly Task[];
  readonly completions: readonly Completion[];
  readonly reviews: readonly Review[];
  readonly excusedDays: readonly ExcusedDay[];
  /** None: the school has not switched them on. */
  readonly buddyGroups: readonly BuddyGroup[];
}

export interface Club {
  readonly id: string;
  readonly subject: CoreSubject;
  readonly name: string;
  readonly icon: string;
  readonly colour: string;
  readonly strands: readonly string[];
  readonly levels: readonly { readonly id: string; readonly number: number; readonly name: string; readonly stage: string }[];
}

export type OfficeRole = 'school_admin' | 'safeguarding_lead' | 'data_protection_lead';

export interface Adult {
  readonly id: string;
  readonly kind: 'admin' | 'teacher' | 'parent';
  readonly role: OfficeRole | 'teacher' | 'parent';
  readonly name: string;
  readonly email: string;
  readonly title: string | null;
  readonly jobTitle: string | null;
}

export interface SchoolClass {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly academicYear: string;
  readonly yearGroup: string;
  readonly weeklyTarget: number;
  readonly staff: readonly { readonly id: string; readonly teacherId: string; readonly isLead: boolean }[];
  readonly isMarkedPromptly: boolean;
}

export interface Child {
  readonly id: string;
  readonly membershipId: string;
  readonly classId: string;
  readonly firstName: string;
  readonly surname: string;
  readonly loginName: string;
  readonly avatar: string;
  /** Picture code as it is hashed: `1-5-9`. */
  readonly pictures: string;
  readonly yearGroup: string;
  readonly startedOn: IsoDate;
  /** What the child said of the own name. */
  readonly showsOnBoards: boolean;
  readonly history: 'maya' | 'leo' | 'drawn';
}

export interface Guardianship {
  readonly id: string;
  readonly parentId: string;
  readonly studentId: string;
  readonly relationship: string;
  readonly isPrimaryContact: boolean;
  readonly hasParentalResponsibility: boolean;
}

export interface ConsentDecision {
  readonly id: string;
  readonly studentId: string;
  readonly guardianId: string;
  readonly purpose: ConsentPurpose;
  readonly decision: 'given' | 'withdrawn';
  readonly decidedAt: IsoInstant;
}

export interface Invitation {
  readonly id: string;
  readonly studentId: string;
  readonly code: string;
  readonly hasParentalResponsibility: boolean;
  readonly issuedAt: IsoInstant;
  readonly expiresAt: IsoInstant;
  readonly used: { readonly by: string; readonly at: IsoInstant } | null;
  readonly revokedAt: IsoInstant | null;
}

export interface Task {
  readonly id: string;
  readonly groupId: string;
  readonly clubId: string;
  readonly classId: string;
  readonly title: string;
  readonly instructions: string;
  readonly strand: string;
  readonly opensOn: IsoDate;
  readonly dueOn: IsoDate;
  readonly setBy: string;
  /** What children might write for it, still with its slots. */
  readonly works: readonly string[];
}

export interface Completion {
  readonly id: string;
  readonly studentId: string;
  readonly clubId: string;
  readonly taskId: string | null;
  readonly previousAttemptId: string | null;
  readonly completionDate: IsoDate;
  readonly effectiveDate: IsoDate;
  readonly evidenceKind: 'written' | 'show_in_class';
  readonly writtenWork: string | null;
  readonly minutes: number | null;
  readonly feeling: 'easy' | 'ok' | 'tricky' | null;
  readonly activity: Activity | null;
  readonly capturedAt: IsoInstant;
  readonly clockOffsetMs: number | null;
  readonly deviceId: string;
  readonly loggedBy: 'child' | 'parent' | 'teacher';
  readonly loggedByUserId: string;
  readonly receivedAt: IsoInstant;
  readonly status: CompletionStatus;
  readonly punctuality: 'early' | 'on_time' | 'late' | null;
  readonly flags: readonly 'date_clamped'[];
}

export interface Review {
  readonly id: string;
  readonly completionId: string;
  readonly studentId: string;
  readonly reviewerId: string;
  readonly verdict: Verdict;
  readonly restores: string | null;
  readonly comment: string | null;
  readonly sticker: Sticker | null;
  readonly star: boolean;
  readonly reviewedAt: IsoInstant;
}

export interface ExcusedDay {
  readonly id: string;
  readonly studentId: string;
  readonly day: IsoDate;
  readonly setBy: string;
  readonly capturedAt: IsoInstant;
}

export interface BuddyGroup {
  readonly id: string;
  readonly classId: string;
  readonly name: string;
  readonly formedBy: string;
  /** `joinedAt` null: invited, and has not answered. */
  readonly members: readonly { readonly id: string; readonly studentId: string; readonly joinedAt: IsoInstant | null }[];
  readonly cheers: readonly { readonly id: string; readonly studentId: string; readonly phrase: number; readonly sentAt: IsoInstant }[];
}
