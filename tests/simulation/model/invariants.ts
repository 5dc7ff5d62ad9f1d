import { isSame } from '#domain/sync/merge.ts';
import { must } from '#domain/must.ts';
import type { ModelDevice } from './device.ts';
import { effectiveVersion, isBefore, type Page } from './pull.ts';
import type { ModelSchool, PushAnswer, PushedRow } from './school.ts';
import { Broken } from './variant.ts';

/** I2, I4: when quiet, a device holds what its user may read, and nothing else. */
export function checkAgreement(school: ModelSchool, device: ModelDevice): void {
  const visible = new Map(school.visible(device.user).map((row) => [row.id, row]));
  for (const id of device.held.keys()) if (!visible.has(id)) throw new Broken('I4', `${device.name} still holds ${id}`);
  for (const [id, { version, content }] of visible) {
    const held = device.held.get(id);
    if (held?.version !== version || !isSame(held.own, content))
      throw new Broken('I2', `${device.name} has ${id} as ${JSON.stringify(held)}, not ${JSON.stringify({ version, content })}`);
  }
}

/** I3: what was written is there, was there and was taken away, or lies aside. */
export function checkNothingLost(school: ModelSchool, devices: readonly ModelDevice[], written: ReadonlySet<string>): void {
  for (const { name, waiting } of devices) for (const [id] of waiting) throw new Broken('I3', `${name} never sent ${id}`);
  const isAside = (id: string) => devices.some(({ quarantine }) => quarantine.has(id));
  for (const id of written) if (!school.index.has(id) && !isAside(id)) throw new Broken('I3', `${id} is nowhere`);
}

/** I5: the same request once more changes nothing. */
export function checkReplay(school: ModelSchool, user: string, rows: readonly PushedRow[]): void {
  const state = () => JSON.stringify([school.version, Array.from(school.index), school.refused.size]);
  const before = state();
  school.push(user, rows);
  if (state() !== before) throw new Broken('I5', `${user} pushed ${JSON.stringify(rows)} twice`);
}

/** I6: a page shows what is open to the person, and takes away only what once was. */
export function checkPage(school: ModelSchool, user: string, page: Page): void {
  for (const { id, content } of page.documents) {
    const { scope } = content ?? must(school.index.get(id), 'a tombstone is of the index').content;
    if (content ? !school.openGrant(user, scope) : !school.everGranted(user, scope)) throw new Broken('I6', `${user} was shown ${id}`);
  }
}

export function checkConflicts(school: ModelSchool, user: string, { conflicts }: PushAnswer): void {
  for (const { id, content } of conflicts)
    if (content && !school.openGrant(user, content.scope)) throw new Broken('I6', `${user} was shown ${id} in a conflict`);
}

/** I7: what the person may see and the device does not have is still to come: beyond its checkpoint, or beyond its floor. */
export function checkCheckpoint(school: ModelSchool, device: ModelDevice): void {
  const checkpoint = device.checkpoint;
  // Another epoch begins anew.
  if (checkpoint?.epoch !== school.epoch) return;
  const floor = device.floor;
  if (floor === null || (floor && floor.epoch !== school.epoch)) return;
  for (const row of school.visible(device.user)) {
    const held = device.held.get(row.id);
    if (held && (held.isWaiting || held.version === row.version)) continue;
    const grant = must(school.openGrant(device.user, row.content.scope), 'what is visible is so by a grant');
    const at = [effectiveVersion(row, grant.fromVersion), row.id] satisfies [number, string];
    const isToCome = [checkpoint, floor].some(
      (position) => position && (isBefore(position.forward, at) || (position.back && isBefore(at, position.back))),
    );
    if (!isToCome) throw new Broken('I7', `${device.name} stands at ${JSON.stringify(checkpoint)} without ${row.id} at ${String(at[0])}`);
  }
}
