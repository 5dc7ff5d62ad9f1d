import { describe, expect, it } from 'vitest';
import type { UserKind } from '#domain/permissions/roles.ts';
import { leaseStanding } from './lease.ts';

const contact = Date.parse('2026-11-23T08:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const second = 1000;

/** How long each kind of person may be shown what came from the server: on a device of their own, and on a shared one. */
const lasts: Readonly<Record<UserKind, readonly [own: number, shared: number]>> = {
  student: [7 * day, 7 * day],
  parent: [7 * day, 7 * day],
  teacher: [7 * day, day],
  admin: [7 * day, day],
  device: [7 * day, 7 * day],
};
const cases = Object.entries(lasts).flatMap(([kind, [own, shared]]) => [
  { kind, isDeviceShared: false, lastsMs: own },
  { kind, isDeviceShared: true, lastsMs: shared },
]);

describe('a lease', () => {
  it.each(cases)(
    'S30: of a $kind, on a shared device: $isDeviceShared, runs to its end and not a second longer',
    ({ kind, isDeviceShared, lastsMs }) => {
      const holder = { kind: kind as UserKind, isDeviceShared };
      const at = (now: number) => leaseStanding({ contact, until: null }, holder, now);
      const endsAt = contact + lastsMs;
      expect(at(contact)).toEqual({ kind: 'running', endsAt });
      expect(at(endsAt - second)).toEqual({ kind: 'running', endsAt });
      expect(at(endsAt)).toEqual({ kind: 'lapsed', endedAt: endsAt });
      expect(at(endsAt + 365 * day)).toEqual({ kind: 'lapsed', endedAt: endsAt });
      // A contact renews it, however long it had lapsed.
      const later = endsAt + 90 * day;
      expect(leaseStanding({ contact: later, until: null }, holder, later + second).kind).toBe('running');
    },
  );

  it('ends when the server said, be it a term or tomorrow', () => {
    const holder = { kind: 'device', isDeviceShared: true } as const;
    const until = contact + 100 * day;
    expect(leaseStanding({ contact, until }, holder, contact + 99 * day).kind).toBe('running');
    expect(leaseStanding({ contact, until }, holder, until)).toEqual({ kind: 'lapsed', endedAt: until });
    expect(leaseStanding({ contact, until: contact + day }, holder, contact + 2 * day).kind).toBe('lapsed');
  });

  it('shows nothing where no contact is known, or one that is yet to come', () => {
    const holder = { kind: 'student', isDeviceShared: false } as const;
    expect(leaseStanding(null, holder, contact)).toEqual({ kind: 'lapsed', endedAt: null });
    expect(leaseStanding({ contact: contact + hour, until: null }, holder, contact)).toEqual({ kind: 'lapsed', endedAt: null });
    // Two clocks read one after the other are no such thing.
    expect(leaseStanding({ contact: contact + second, until: null }, holder, contact).kind).toBe('running');
  });
});
