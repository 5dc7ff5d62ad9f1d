import { failureOf, Refused, Unreachable, type Fetch } from '../sync/http.ts';

/**
 * Fetches one file of the school's.
 *
 * @throws FileGone | NotSignedIn | Unreachable
 */
export type FetchFile = (evidenceId: string, signal: AbortSignal) => Promise<Blob>;

/** There is no such file, or none that this person may see: asking again would not help. */
export class FileGone extends Error {}

const timeoutMs = 60_000;

/** @param userId the person whom the device takes to be signed in (S26) */
export function fetchFrom(fetch: Fetch, userId: string, origin = ''): FetchFile {
  return async (evidenceId, signal) => {
    let response: Response;
    let content: Blob;
    try {
      response = await fetch(`${origin}/api/evidence/${evidenceId}`, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { 'X-StudyStreaks-User': userId },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      content = await response.blob();
    } catch (reason) {
      throw new Unreachable('The server did not answer.', null, { cause: reason });
    }
    if (response.ok) return content;
    const failure = failureOf(response, await problemIn(content));
    throw response.status === 404 || failure instanceof Refused ? new FileGone(failure.message) : failure;
  };
}

async function problemIn(content: Blob): Promise<unknown> {
  try {
    return JSON.parse(await content.text()) as unknown;
  } catch {
    // A proxy's page: the status alone has to do.
    return null;
  }
}
