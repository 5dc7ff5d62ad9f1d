import type { ClientInit, HandleClientError } from '@sveltejs/kit';
import { arrivedCard } from '$lib/cards/arrived-card.svelte.ts';
import { arrivedLetter } from '$lib/joining/arrived-letter.svelte.ts';

/** Before the router looks at the address: no page and no history entry ever holds a card, or a letter's code. */
export const init: ClientInit = () => {
  arrivedCard.takeFromAddress();
  arrivedLetter.takeFromAddress();
};

/** What the error page may say; the rest goes to the console. An address that does not exist is nobody's fault. */
export const handleError: HandleClientError = ({ error, status, message }) => {
  // eslint-disable-next-line no-console
  if (status !== 404) console.error(error);
  return { message };
};
