import { v7 as uuidv7 } from 'uuid';
import type { CollectionName } from '#domain/collections/index.ts';
import { isSameContent } from '#domain/sync/merge.ts';
import { digestLine, type Checkpoint, type WireDocument } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import { createHash } from 'node:crypto';

interface Row {
  document: WireDocument;
  version: number;
  isGone: boolean;
}

/** What befalls one request: the network, the server, or the answer after the server has done its work. */
export type Fault = 'none' | 'offline' | 'broken' | 'too_old' | 'answer_lost';

export interface ModelRequest {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** The protocol of sync in memory: one school's clock, one person's view, no rights but `refuse`. */
export class ModelServer {
  epoch = 1;
  clock = 0;
  /** Tombstones up to here are forgotten (S2). */
  floor = 0;
  isSignedIn = true;
  /** Milliseconds that the server's clock is ahead of this machine's. */
  aheadMs = 0;
  readonly requests: ModelRequest[] = [];
  readonly rows = new Map<CollectionName, Map<string, Row>>();
  fault: (request: ModelRequest) => Fault | Promise<Fault> = () => 'none';
  refuse: (collection: CollectionName, document: WireDocument) => { code: string; message: string } | null = () => null;

  /** Writes as somebody else on another device would. */
  write(collection: CollectionName, document: { id?: string } & Record<string, unknown>): string {
    const id = document.id ?? uuidv7();
    this.#put(collection, { ...document, id, version: 0, _deleted: false });
    return id;
  }

  /** The document is gone for this person: deleted, or no longer theirs to see. */
  remove(collection: CollectionName, id: string): void {
    const row = this.#table(collection).get(id);
    if (row) Object.assign(row, { isGone: true, version: ++this.clock });
  }

  /** A backup is put back that does not have these documents: another epoch, and a clock that began lower. */
  restore(lost: Partial<Record<CollectionName, readonly string[]>>): void {
    this.epoch++;
    this.clock = 0;
    for (const [collection, ids] of Object.entries(lost)) for (const id of ids) this.rows.get(collection as CollectionName)?.delete(id);
    for (const table of this.rows.values()) for (const row of table.values()) row.version = ++this.clock;
  }

  /** S2: four hundred days have gone by since all that is gone went. */
  prune(): void {
    this.floor = this.clock;
    for (const table of this.rows.values()) for (const [id, row] of table) if (row.isGone) table.delete(id);
  }

  get(collection: CollectionName, id: string): WireDocument | undefined {
    const row = this.#table(collection).get(id);
    return row && !row.isGone ? row.document : undefined;
  }

  /** What this person may see: ids with versions. */
  visible(collection: CollectionName): [string, number][] {
    return Array.from(this.#table(collection))
      .filter(([, row]) => !row.isGone)
      .map(([id, row]): [string, number] => [id, row.version])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }

  readonly fetch = async (path: string, init: RequestInit): Promise<Response> => {
    init.signal?.throwIfAborted();
    const request = { path, body: typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {} };
    this.requests.push(request);
    const fault = await this.fault(request);
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (fault === 'offline') throw new TypeError('Failed to fetch');
    if (fault === 'broken') return problem(503, 'unavailable', { 'retry-after': '0' });
    if (fault === 'too_old') return problem(426, 'too_old');
    if (!this.isSignedIn) return problem(401, 'not_signed_in');
    const answer = structuredClone(this.#answer(request));
    if (fault === 'answer_lost') throw new TypeError('Failed to fetch');
    return Response.json(answer);
  };

  #answer({ path, body }: ModelRequest): unknown {
    if (path === '/api/sync/pull')
      return this.#pull(body['collections'] as Record<CollectionName, { checkpoint: Checkpoint | null; limit: number }>);
    if (path === '/api/sync/push') return this.#push(body['collection'] as CollectionName, body['rows'] as never[]);
    return this.#digest(body['collections'] as Record<CollectionName, { count: number; hash: string }>);
  }

  #pull(asked: Record<CollectionName, { checkpoint: Checkpoint | null; limit: number }>): unknown {
    const pages = Object.entries(asked).map(([collection, { checkpoint, limit }]) => [
      collection,
      this.#page(collection as CollectionName, checkpoint, limit),
    ]);
    return { collections: Object.fromEntries(pages), serverTime: new Date(Date.now() + this.aheadMs).toISOString() };
  }

  #page(collection: CollectionName, asked: Checkpoint | null, limit: number) {
    const rows = Array.from(this.#table(collection), ([id, row]) => ({ id, ...row })).sort((one, other) =>
      compare([one.version, one.id], [other.version, other.id]),
    );
    const isFirst = asked === null || asked.epoch !== this.epoch || asked.forward[0] < this.floor;
    const forward: Checkpoint['forward'] = isFirst ? [this.clock, 'ffffffff-ffff-ffff-ffff-ffffffffffff'] : asked.forward;
    const back: Checkpoint['back'] = isFirst ? [this.clock + 1, '00000000-0000-0000-0000-000000000000'] : asked.back;
    if (back) {
      const page = rows
        .filter((row) => !row.isGone && compare([row.version, row.id], back) < 0)
        .reverse()
        .slice(0, limit);
      const last = page.at(-1);
      const isThrough = page.length < limit || !last;
      return {
        documents: page.map((row) => deliver(collection, row)),
        checkpoint: { epoch: this.epoch, forward, back: isThrough ? null : [last.version, last.id] },
        isCaughtUp: isThrough && forward[0] === this.clock,
      };
    }
    const page = rows.filter((row) => compare([row.version, row.id], forward) > 0).slice(0, limit);
    const last = page.at(-1);
    return {
      documents: page.map((row) => deliver(collection, row)),
      checkpoint: { epoch: this.epoch, forward: last ? [last.version, last.id] : forward, back: null },
      isCaughtUp: page.length < limit,
    };
  }

  #push(collection: CollectionName, rows: { assumedMasterState: WireDocument | null; newDocumentState: WireDocument }[]): unknown {
    const conflicts: WireDocument[] = [];
    const rejections: { id: string; code: string; message: string }[] = [];
    for (const { assumedMasterState, newDocumentState } of rows) {
      const { id } = newDocumentState;
      const standing = this.#table(collection).get(id);
      const master = standing && !standing.isGone ? standing.document : null;
      const masterState = () => (standing ? deliver(collection, { id, ...standing }) : tombstone(collection, id, 0));
      if (master ? isSameContent(master, newDocumentState) : newDocumentState._deleted) continue;
      const refusal = this.refuse(collection, newDocumentState);
      if (refusal) {
        rejections.push({ id, ...refusal });
        conflicts.push(masterState());
      } else if (standing?.isGone || (master && (!assumedMasterState || !isSameContent(master, assumedMasterState))))
        conflicts.push(masterState());
      else if (newDocumentState._deleted) this.remove(collection, id);
      else this.#put(collection, newDocumentState);
    }
    return { conflicts, rejections };
  }

  #digest(asked: Record<CollectionName, { count: number; hash: string }>): unknown {
    const answers = Object.entries(asked).map(([collection, { count, hash }]) => {
      const versions = this.visible(collection as CollectionName);
      const lines = versions.map(([id, version]) => digestLine(id, version)).join('');
      const matches = count === versions.length && hash === createHash('sha256').update(lines).digest('hex');
      return [collection, matches ? { matches } : { matches, versions: versions.map(([id, version]) => [version, id]) }];
    });
    return { epoch: this.epoch, collections: Object.fromEntries(answers) };
  }

  #put(collection: CollectionName, document: WireDocument): void {
    this.#table(collection).set(document.id, { document: { ...document }, version: ++this.clock, isGone: false });
  }

  #table(collection: CollectionName): Map<string, Row> {
    const table = this.rows.get(collection) ?? new Map<string, Row>();
    this.rows.set(collection, table);
    return table;
  }
}

function deliver(collection: CollectionName, { id, document, version, isGone }: Row & { id: string }): WireDocument {
  return isGone ? tombstone(collection, id, version) : { ...document, version, _deleted: false };
}

function compare([version, id]: readonly [number, string], [otherVersion, otherId]: readonly [number, string]): number {
  return version - otherVersion || (id < otherId ? -1 : id > otherId ? 1 : 0);
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ code, title: code }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}
