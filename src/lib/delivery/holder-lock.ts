const lockOf = (holder: string) => `studystreaks-holder-${holder}`;

/**
 * Says to every tab that this local copy is open, for as long as the tab lives: its work is sent from there. Resolves with
 * the end of it, which resolves once the others can know.
 */
export function holdOpen(locks: LockManager, holder: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const { promise: isOver, resolve: end } = Promise.withResolvers<undefined>();
    const held = locks.request(lockOf(holder), { mode: 'shared' }, () => {
      resolve(async () => {
        end(undefined);
        await held;
      });
      return isOver;
    });
    held.catch(reject);
  });
}

/** Tells of a holder whether its copy is open in any tab just now. */
export async function isHolderOpen(locks: LockManager): Promise<(holder: string) => boolean> {
  const { held = [] } = await locks.query();
  const names = new Set(held.map(({ name }) => name));
  return (holder) => names.has(lockOf(holder));
}
