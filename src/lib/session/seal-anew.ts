import { ownerKey } from '../data/owner.ts';
import type { Presence } from './presence.svelte.ts';
import type { SessionDevice } from './session-device.ts';
import { ownerOf } from './remembered-people.ts';
import type { SignedIn } from './session-api.ts';

const flushMs = 10_000;

/**
 * Whoever signs in with a new password while their data is open opens it with that from now on. The key cannot be read out to be
 * wrapped again: so what waits is sent, and the rest is fetched once more under another. While anything waits the earlier one opens.
 */
export async function sealAnew(
  { store, people, lease }: SessionDevice,
  presence: Presence,
  session: SignedIn,
  secret: string,
): Promise<void> {
  const owner = ownerOf(session);
  const name = ownerKey(owner);
  const { kind } = await people.keys.open(name, secret);
  await people.keys.forgive(name);
  const { person } = presence;
  if (kind !== 'wrong' || !person || (await person.flush(flushMs)) > 0) return;
  await presence.turns.take(async () => {
    if (presence.person !== person || person.unsentCount > 0 || (await store.holdsOwnWork(name))) return;
    const known = await people.remembered.of(owner);
    await people.wipe(owner, () => person.wipe());
    const key = await people.keys.create(name, secret);
    await lease.begin(session);
    await presence.become(session, key, { isKept: known?.isKept ?? false, isOwnDevice: known?.isOwnDevice ?? false });
  });
}
