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
  // A loop: a photo has millions of them, and a call for each takes a second.
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
