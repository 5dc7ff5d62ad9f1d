/** One change at a time: each begins when the one before it has ended, well or not. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
