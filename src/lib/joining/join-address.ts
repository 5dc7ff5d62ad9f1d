import { typedToCode } from '#domain/invitations/code.ts';

/** The page that a letter leads to. Its code stands behind the `#`: a browser never sends that part to anybody. */
export const joinPath = '/join';

/** The address that the square on a letter holds. @param origin where the school's app is: `https://homework.example` */
export function codeToAddress(origin: string, code: string): string {
  return `${origin}${joinPath}#${code}`;
}

/** A letter's code, of the end of its address; null where there is nothing. Whether it opens is for the server to say. */
export function fragmentToCode(hash: string): string | null {
  const code = typedToCode(hash.replace(/^#/, ''));
  return code === '' ? null : code;
}
