import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { endOfTerm } from '#domain/calendar/terms.ts';
import { must } from '#domain/must.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { Problem } from '../http/problem.ts';
import type { DevicesAnswer, EnrolledAnswer } from './device-schemas.ts';

/** A lease that ends sooner helps nobody: it is the coming term's then. */
const leastLeaseDays = 7;

/**
 * Enrols a device for a class, to the end of the school's term. What it signs in and delivers with is told here and never again.
 *
 * @throws Problem `not_found` where the caller may not enrol devices of that class
 */
export async function enrol(
  sql: Transaction,
  { schoolId }: Entered,
  keyring: Keyring,
  { classId, name }: { readonly classId: string; readonly name: string },
): Promise<EnrolledAnswer> {
  // Security: scope before existence.
  const [reached] = await sql<{ today: string }[]>`
    select app.today(app.current_school_id()) as today where app.reaches('device.enrol', ${classId})`;
  if (!reached) throw new Problem('not_found');
  const id = uuidv7();
  const [secret, token] = [newSecret(), newSecret()];
  const nameEncrypted = await keyring.encrypt(
    { schoolId, subjectId: schoolId },
    { table: 'users', column: 'name_encrypted', row: id },
    name,
  );
  const leaseUntil = await leaseOf(sql, reached.today);
  await sql`
    select app.enrol_device(${id}, ${classId}, ${name}, ${nameEncrypted}, ${hashOf(token)}, ${leaseUntil}, ${hashOf(secret)})`;
  return { id, secret, token, leaseUntil };
}

/** Every device that was enrolled for a class of the caller's, the newest first. */
export async function list(sql: Transaction): Promise<DevicesAnswer> {
  const devices = await sql<DevicesAnswer['devices'][number][]>`
    select device.id, device.class_id as "classId", device.name, device.created_at as "enrolledAt", device.lease_until as "leaseUntil",
      device.revoked_at as "revokedAt", contact.last_contact_at as "lastContactAt"
    from devices device
    left join app.device_last_contacts() contact on contact.device_id = device.id
    where device.school_id = app.current_school_id() and device.class_id = any (app.scopes('device.enrol'))
    order by device.created_at desc, device.id desc`;
  return { devices: [...devices] };
}

/**
 * The device is nobody any more; what children logged on it can still be delivered. Once more changes nothing.
 *
 * @throws Problem `not_found`
 */
export async function revoke(sql: Transaction, id: string): Promise<void> {
  const [found] = await sql`
    select from devices where school_id = app.current_school_id() and id = ${id} and app.reaches('device.enrol', class_id)`;
  if (!found) throw new Problem('not_found');
  await sql`update devices set revoked_at = now() where school_id = app.current_school_id() and id = ${id} and revoked_at is null`;
}

/** The end of the term's last day in the school's time zone, and 150 days at most, which the table holds too. */
async function leaseOf(sql: Transaction, today: string): Promise<string> {
  const closures = await sql<{ from: string; until: string }[]>`
    select from_on as "from", until_on as until from school_calendar where school_id = app.current_school_id() and until_on > ${today}`;
  const lastDay = endOfTerm(closures, today, leastLeaseDays);
  const [lease] = await sql<{ until: string }[]>`
    select least(now() + interval '150 days', (${lastDay}::date + 1)::timestamp at time zone time_zone) as until
    from schools where id = app.current_school_id()`;
  return must(lease, 'a person’s school is there').until;
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
