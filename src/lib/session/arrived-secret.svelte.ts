/** A secret that came to this device in an address, behind its `#`: in memory alone, until it was used. */
export class ArrivedSecret {
  secret: string | null = $state(null);
  readonly #path: string;
  readonly #read: (hash: string) => string | null;

  /**
   * @param path the page that such addresses lead to
   * @param read the secret, of the end of an address
   */
  constructor(path: string, read: (hash: string) => string | null) {
    this.#path = path;
    this.#read = read;
  }

  /**
   * Takes the secret out of the page's address and out of the tab's history, where the next person would find it. Before the router
   * starts: later, it has to be told.
   */
  takeFromAddress(): void {
    if (location.pathname !== this.#path || location.hash === '') return;
    this.secret = this.#read(location.hash);
    history.replaceState(history.state, '', location.pathname + location.search);
  }
}
