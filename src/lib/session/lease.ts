import type { UserKind } from '#domain/permissions/roles.ts';

/**
 * How long synced data may be shown without a contact with the server.
 *
 *   running ──(its time is over)──▶ lapsed ──(contact)──▶ running
 *
 * Instants in milliseconds of the server's clock.
 */
export interface Lease {
  /** When this device last had all that the server had for the person. */
  readonly contact: number;
  /** Where the server itself set an end: a class device's. */
  readonly until: number | null;
}

export interface LeaseHolder {
  readonly kind: UserKind;
  /** Other people use the device too, or may. */
  readonly isDeviceShared: boolean;
}

export type LeaseStanding =
  | { readonly kind: 'running'; readonly endsAt: number }
  | { readonly kind: 'lapsed'; /** Null where nothing tells. */ readonly endedAt: number | null };

const hourMs = 3_600_000;
const usualMs = 7 * 24 * hourMs;
const sharedStaffMs = 24 * hourMs;
/** Two clocks that are read one after the other. */
const tremorMs = 60_000;

/** @param lease null where no contact is known: then nothing may be shown */
export function leaseStanding(lease: Lease | null, holder: LeaseHolder, now: number): LeaseStanding {
  // A contact that is yet to come was noted by a clock that was wrong.
  if (lease === null || lease.contact > now + tremorMs) return { kind: 'lapsed', endedAt: null };
  const endsAt = lease.until ?? lease.contact + lastsMs(holder);
  return now < endsAt ? { kind: 'running', endsAt } : { kind: 'lapsed', endedAt: endsAt };
}

function lastsMs({ kind, isDeviceShared }: LeaseHolder): number {
  const isStaff = kind === 'teacher' || kind === 'admin';
  return isStaff && isDeviceShared ? sharedStaffMs : usualMs;
}
