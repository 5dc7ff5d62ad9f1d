import { isGone, noteId, writtenOut, type LogDocument, type QuotedNote } from './log-document.ts';

/** What stands of one collection, by id. A note that quotes is written out when somebody asks for it: to open a device needs none. */
export class StandingDocuments {
  readonly #documents = new Map<string, LogDocument>();
  readonly #quotes = new Map<string, QuotedNote>();

  get size(): number {
    return this.#documents.size + this.#quotes.size;
  }

  all(): ReadonlyMap<string, LogDocument> {
    for (const id of [...this.#quotes.keys()]) this.get(id);
    return this.#documents;
  }

  get(id: string): LogDocument | undefined {
    const quote = this.#quotes.get(id);
    if (quote) this.set(writtenOut(quote));
    return this.#documents.get(id);
  }

  /** Null where there is none of this id. */
  isGone(id: string): boolean | null {
    const quote = this.#quotes.get(id);
    if (quote) return quote.subject._deleted;
    const document = this.#documents.get(id);
    return document ? isGone(document) : null;
  }

  set(document: LogDocument): void {
    this.#quotes.delete(document.id);
    this.#documents.set(document.id, document);
  }

  quote(quote: QuotedNote): void {
    const id = noteId(quote.reference[0]);
    this.#documents.delete(id);
    this.#quotes.set(id, quote);
  }

  delete(id: string): void {
    this.#quotes.delete(id);
    this.#documents.delete(id);
  }
}
