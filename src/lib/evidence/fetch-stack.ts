import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';
import type { Fetch } from '../sync/http.ts';

const timeoutMs = 60_000;

/** Lets tus speak through the app's own `fetch`: the same session, never a cache, and an end to every wait. */
export function fetchStack(fetch: Fetch): HttpStack {
  return {
    createRequest: (method, url) => new FetchRequest(fetch, method, url),
    getName: () => 'fetch',
  };
}

class FetchRequest implements HttpRequest {
  readonly #fetch: Fetch;
  readonly #method: string;
  readonly #url: string;
  readonly #headers: Record<string, string> = {};
  readonly #ending = new AbortController();

  constructor(fetch: Fetch, method: string, url: string) {
    this.#fetch = fetch;
    this.#method = method;
    this.#url = url;
  }

  getMethod(): string {
    return this.#method;
  }

  getURL(): string {
    return this.#url;
  }

  setHeader(header: string, value: string): void {
    this.#headers[header] = value;
  }

  getHeader(header: string): string | undefined {
    return this.#headers[header];
  }

  /** `fetch` tells nothing of what is on its way; each request is one small chunk. */
  setProgressHandler(): void {
    // Nothing to tell.
  }

  async send(body?: Blob | null): Promise<HttpResponse> {
    const response = await this.#fetch(this.#url, {
      method: this.#method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: this.#headers,
      body: body ?? null,
      signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await response.text();
    return {
      getStatus: () => response.status,
      getHeader: (header) => response.headers.get(header) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => response,
    };
  }

  abort(): Promise<void> {
    this.#ending.abort();
    return Promise.resolve();
  }

  getUnderlyingObject(): undefined {
    return undefined;
  }
}
