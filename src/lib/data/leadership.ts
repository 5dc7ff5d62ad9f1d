/** As RxDB's own elector calls it: where another tab still runs an older version of the app, no two lead. */
const lockOf = (databaseName: string) => `pubkey-bc||native||RxDB:|memory|${databaseName}`;

/**
 * Resolves in one tab of all that have the database open; in the next once that one has ended. RxDB's elector does the same, with
 * two kilobytes more before a first screen: `vite.config.ts` leaves it out of what is built.
 *
 * @param until ends the leading, and the waiting for it: that never resolves then
 */
export function lead(locks: LockManager, databaseName: string, until: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = new Promise<void>((end) => {
      until.addEventListener('abort', () => {
        end();
      });
    });
    locks
      .request(lockOf(databaseName), { signal: until }, () => {
        resolve();
        return ended;
      })
      .catch((reason: unknown) => {
        if (!until.aborted) reject(reason);
      });
  });
}
