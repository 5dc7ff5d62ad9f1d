/** Whether something could not be kept for want of room: browsers, Dexie and RxDB wrap that error in their own. */
export function isNoRoom(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  const inner: unknown = 'inner' in reason ? reason.inner : reason.cause;
  return reason.name === 'QuotaExceededError' || reason.message.includes('QuotaExceededError') || (inner !== reason && isNoRoom(inner));
}
