import type { HandleClientError } from '@sveltejs/kit';

/** What the error page may say; the rest goes to the console. An address that does not exist is nobody's fault. */
export const handleError: HandleClientError = ({ error, status, message }) => {
  // eslint-disable-next-line no-console
  if (status !== 404) console.error(error);
  return { message };
};
