/** Whose database it is: one for each school and user (S20). */
export interface Owner {
  readonly schoolId: string;
  readonly userId: string;
}

export function ownerKey(owner: Owner): string {
  return `${owner.schoolId}/${owner.userId}`;
}

/** The database's name tells nobody who it belongs to. */
export async function databaseName(owner: Owner): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(ownerKey(owner))));
  return `studystreaks-sealed-${Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
