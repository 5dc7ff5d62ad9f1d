import { EventSource } from 'eventsource';
import type { Fetch } from '../../src/lib/sync/http.ts';
import type { OpenEventStream } from '../../src/lib/sync/stream.ts';

/** The way between one device and the real server, with what befalls it. */
export class FaultyNetwork {
  readonly #url: string;
  readonly #cookie: string;
  readonly #random: () => number;
  /** Nothing comes through. */
  isOff = false;
  /**
   * Now and then a request is lost, an answer is lost after the server has done its work, a proxy answers 503, or two tabs
   * send the same at once (S17).
   */
  isFaulty = true;

  constructor(url: string, cookie: string, random: () => number) {
    this.#url = url;
    this.#cookie = cookie;
    this.#random = random;
  }

  readonly fetch: Fetch = async (path, init) => {
    if (this.isOff) throw new TypeError('Failed to fetch');
    const fate = this.isFaulty ? this.#random() : 1;
    if (fate < 0.08) throw new TypeError('Failed to fetch');
    if (fate < 0.14)
      return new Response('<h1>Bad gateway</h1>', { status: 503, headers: { 'content-type': 'text/html', 'retry-after': '0' } });
    const send = () => fetch(this.#url + path, { ...init, headers: { ...init.headers, cookie: this.#cookie } });
    const isTwice = fate >= 0.24 && fate < 0.32;
    const twin = isTwice ? send().then((other) => other.arrayBuffer()) : null;
    twin?.catch(() => undefined);
    const answer = await send();
    await twin?.catch(() => undefined);
    if (fate < 0.24) {
      await answer.arrayBuffer();
      throw new TypeError('Failed to fetch');
    }
    return answer;
  };

  readonly openStream: OpenEventStream = (path) =>
    new EventSource(this.#url + path, {
      fetch: (input, init) =>
        this.isOff
          ? Promise.reject(new TypeError('Failed to fetch'))
          : fetch(input, { ...init, headers: { ...init.headers, cookie: this.#cookie } }),
    });
}
