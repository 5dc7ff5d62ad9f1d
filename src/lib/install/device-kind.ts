export const deviceKinds = ['apple', 'android', 'laptop'] as const;
/** Of a device, as far as installing goes: `apple` is an iPhone or iPad, `laptop` whatever has a keyboard. */
export type DeviceKind = (typeof deviceKinds)[number];

/**
 * Which way of installing this device has. Nothing hangs on it but which guide is shown first.
 *
 * @param touchPoints an iPad says that it is a Macintosh, but no Macintosh is touched in five places
 */
export function deviceKind(userAgent: string, touchPoints: number): DeviceKind {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'apple';
  if (userAgent.includes('Macintosh') && touchPoints > 1) return 'apple';
  return userAgent.includes('Android') ? 'android' : 'laptop';
}
