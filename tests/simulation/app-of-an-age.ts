import type { CollectionName } from '#domain/collections/index.ts';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { pastLenses } from '#domain/sync/lenses/testing/past-lenses.ts';
import { translationSince } from '#domain/sync/lenses/translation.ts';
import type { PullResponse, PushRequest, PushResponse, WireDocument } from '#domain/sync/protocol.ts';
import type { Fetch } from '../../src/lib/sync/http.ts';

/** The number of the server of the simulation, whose past has changed three times. */
export const numberNow = 4;

type Change = (document: Record<string, unknown>) => Readonly<Record<string, unknown>>;

/**
 * The app on a device, of some age (S28): to the server it speaks by its number, in the words of then. The device holds what
 * such an app would know, in words of now, since the code that runs on it is of now.
 */
export class AppOfAnAge {
  number: number;

  constructor(number: number) {
    this.number = number;
  }

  /** What its log is told of the past: the numbers. The words on the device never were others. */
  readonly lenses = (): readonly Lens[] => {
    const asItIs: Change = (document) => document;
    return pastLenses.filter(({ number }) => number <= this.number).map((lens) => ({ ...lens, up: asItIs, down: asItIs, initial: {} }));
  };

  /** What a pull of this app gives the device. */
  known(collection: CollectionName, document: WireDocument): WireDocument {
    const { lift, lower } = translationSince(pastLenses, collection, this.number);
    return withStand(document, (content) => lift(lower(content)));
  }

  speaking(fetch: Fetch): Fetch {
    return async (path, init) => {
      if (typeof init.body !== 'string') return fetch(path, init);
      const body = { ...(JSON.parse(init.body) as object), schema: this.number };
      const isPush = path === '/api/sync/push';
      const answer = await fetch(path, { ...init, body: JSON.stringify(isPush ? this.#lowered(body as PushRequest) : body) });
      if (!answer.ok || this.number === numberNow) return answer;
      const said: unknown = await answer.json();
      if (isPush) return Response.json(this.#liftedConflicts((body as PushRequest).collection, said as PushResponse));
      return Response.json(path === '/api/sync/pull' ? this.#liftedPages(said as PullResponse) : said);
    };
  }

  #lowered(push: PushRequest): PushRequest {
    const { lower } = translationSince(pastLenses, push.collection, this.number);
    return {
      ...push,
      rows: push.rows.map(({ assumedMasterState, newDocumentState }) => ({
        assumedMasterState: assumedMasterState ? withStand(assumedMasterState, lower) : null,
        newDocumentState: withStand(newDocumentState, lower),
      })),
    };
  }

  #liftedConflicts(collection: CollectionName, answer: PushResponse): PushResponse {
    const { lift } = translationSince(pastLenses, collection, this.number);
    return { ...answer, conflicts: answer.conflicts.map((document) => withStand(document, lift)) };
  }

  #liftedPages({ collections, serverTime }: PullResponse): PullResponse {
    const pages = Object.entries(collections).map(([collection, page]) => {
      const { lift } = translationSince(pastLenses, collection as CollectionName, this.number);
      return [collection, { ...page, documents: page.documents.map((document) => withStand(document, lift)) }];
    });
    return { collections: Object.fromEntries(pages) as PullResponse['collections'], serverTime };
  }
}

/** Changed, but for who it is: that no lens touches. */
function withStand<Document extends { readonly id: string }>(document: Document, change: Change): Document {
  return change({ ...document }) as Document;
}
