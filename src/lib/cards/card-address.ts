/** The page that a card leads to. What is on the card stands behind the `#`: a browser never sends that part to anybody. */
export const cardPath = '/sign-in/card';

/** The address that a card's code holds. @param origin where the school's app is: `https://homework.example` */
export function cardToAddress(origin: string, secret: string): string {
  return `${origin}${cardPath}#${secret}`;
}

/** What is on a card, of the text that its code holds; null where the code is no card's. */
export function addressToCard(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { pathname, hash } = new URL(text);
  return pathname === cardPath ? fragmentToCard(hash) : null;
}

/** What is on a card, of the end of its address; null where there is nothing. Whether it is a card's is for the server to say. */
export function fragmentToCard(hash: string): string | null {
  const secret = hash.replace(/^#/, '').trim();
  return secret === '' ? null : secret;
}
