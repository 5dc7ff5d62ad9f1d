import type { EventStream } from '../stream.ts';

/** The server's words, as a test has it say them. */
export class FakeStream implements EventStream {
  readyState = 1;
  isClosed = false;
  readonly #listeners = new Map<string, ((event: { readonly data?: unknown }) => void)[]>();

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  say(type: string): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data: '{}' });
  }

  refuse(): void {
    this.readyState = 2;
    this.say('error');
  }

  close(): void {
    this.isClosed = true;
  }
}
