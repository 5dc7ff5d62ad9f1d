/** Chunks: a spread of a whole photo would overflow the stack. */
const encodedAtOnce = 0x6000;

export function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (let from = 0; from < bytes.length; from += encodedAtOnce) {
    binary += String.fromCharCode(...bytes.subarray(from, from + encodedAtOnce));
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
