import { collections } from '#domain/collections/index.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { must } from '#domain/must.ts';
import { lenses as lensesOfToday } from '#domain/sync/lenses/index.ts';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { lowerDocument, translationSince } from '#domain/sync/lenses/translation.ts';
import type { Fields } from '#domain/sync/merge.ts';
import type { PushRequest, PushResponse, WireDocument } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { applyAll, type Care } from './apply.ts';
import type { CollectionPusher, WriteContext } from './collections/pusher.ts';
import { checkRow, type CheckedRow, type PushedDocument } from './push-row.ts';
import { decide, scopeOf, type Decision, type Master } from './push-decision.ts';
import { readMasters } from './push-masters.ts';
import { openCiphers } from './read-documents.ts';
import { keepRefused, type RefusedRow } from './rejections.ts';

export type Push = (
  sql: Transaction,
  entering: Promise<Entered>,
  keyring: Keyring,
  request: Omit<PushRequest, 'collection'>,
  care: Care,
  /** Changes of shape since an older app, whose rows are lifted (S28). */
  lenses?: readonly Lens[],
) => Promise<PushResponse>;

/** A row that is to be written, and how. */
interface Write<Document> {
  readonly row: CheckedRow<Document>;
  readonly kind: 'insert' | 'update' | 'remove';
}

type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'rejected'; readonly code: ErrorCode; readonly isKept: boolean };

/** Where the caller may write: ids of children, classes or accounts. */
interface Reach {
  readonly create: ReadonlySet<string>;
  readonly update: ReadonlySet<string>;
}

/**
 * Applies a batch of one collection in one transaction (S12–S16): set-based where nothing is wrong, and nothing that is
 * wrong with one row touches another. Every row ends as applied, as a conflict with the master's state, or as refused
 * with a reason.
 */
export function pushInto<Document extends { readonly id: string }>(pusher: CollectionPusher<Document>): Push {
  return async (sql, entering, keyring, request, care, lenses = lensesOfToday) => {
    const translation = translationSince(lenses, pusher.collection, request.schema);
    const outcomes = new Map<string, Outcome>();
    // What is known of the documents is asked for along with the entering itself; nothing is written before both are here.
    let looking = look(sql, pusher, request.rows, keyring, entering);
    const [entered] = await Promise.all([entering, looking]);
    let open: readonly PushedDocument[] = request.rows;
    let masters = new Map<string, Master>();
    // A row that another request wrote first is looked at once more (S17); what then still is not there is not the caller's.
    for (let looks = 0; looks < 2 && (looks === 0 || open.length > 0); looks++) {
      if (looks > 0) looking = look(sql, pusher, open, keyring, entering);
      const { reach, found } = await looking;
      masters = new Map([...masters, ...found]);

      const writes: Write<Document>[] = [];
      for (const pushed of open) {
        const master = masterOf(masters, pushed.newDocumentState.id);
        const row = checkRow(pusher, pushed, entered, { translation, master: contentOf(master) });
        if (row.fault !== null) {
          outcomes.set(row.id, rejected(row.fault));
          continue;
        }
        const decision = permitted(pusher, row, decide(row, master, pusher.rules), reach);
        if (decision.kind === 'insert' || decision.kind === 'update' || decision.kind === 'remove')
          writes.push({ row, kind: decision.kind });
        else outcomes.set(row.id, toOutcome(decision));
      }
      const written = await writeAll(sql, pusher, writes, keyring, entered, { deviceId: request.device ?? null, care }, outcomes);
      for (const id of written) outcomes.set(id, { kind: 'done' });
      open = open.filter(({ newDocumentState: { id } }) => !outcomes.has(id));
    }
    for (const { newDocumentState } of open) outcomes.set(newDocumentState.id, rejected('not_allowed'));
    const { conflicts, rejections } = await answer(sql, pusher, request.rows, outcomes, masters, keyring, entered);
    return { conflicts: conflicts.map((document) => lowerDocument(translation, document)), rejections };
  };
}

/** Locks what the caller may change of these documents, and reads what the server has of them. */
async function look<Document extends { readonly id: string }>(
  sql: Transaction,
  pusher: CollectionPusher<Document>,
  rows: readonly PushedDocument[],
  keyring: Keyring,
  entering: Promise<Entered>,
): Promise<{ reach: Reach; found: Map<string, Master> }> {
  const ids = rows.map(({ newDocumentState: { id } }) => id);
  // What a device believes to be new is inserted or left alone: nothing of it is changed, whatever is there.
  const changing = rows.filter((row) => row.assumedMasterState || row.newDocumentState._deleted).map(({ newDocumentState: { id } }) => id);
  // Sent together, answered in this order: what is read is what was locked.
  const [, reach, found] = await Promise.all([
    changing.length > 0 ? pusher.lock(sql, changing) : undefined,
    readReach(sql, pusher),
    readMasters(sql, pusher.collection, ids, keyring, entering),
  ]);
  return { reach, found };
}

function masterOf(masters: ReadonlyMap<string, Master>, id: string): Master {
  return masters.get(id) ?? { state: 'absent' };
}

/** Neither where it stands, nor whether: what it says. */
function contentOf(master: Master): Fields | null {
  if (master.state !== 'present') return null;
  const { version: _version, _deleted, ...content } = master.document;
  return content;
}

async function readReach<Document extends { readonly id: string }>(
  sql: Transaction,
  { collection }: CollectionPusher<Document>,
): Promise<Reach> {
  const { create, update } = must(collections[collection].pushedBy, 'a pusher’s collection is pushed');
  const [row] = await sql<{ create: string[] | null; update: string[] | null }[]>`
    select
      (select array_agg(scope) from unnest(${create}::text[]) as may (permission) cross join unnest(app.scopes(may.permission)) as scope) as create,
      (select array_agg(scope) from unnest(${update ?? create}::text[]) as may (permission) cross join unnest(app.scopes(may.permission)) as scope) as update`;
  return { create: new Set(row?.create), update: new Set(row?.update) };
}

/** Security: scope before existence. The policies refuse the same; here it costs nobody else's row anything. */
function permitted<Document extends { readonly id: string }>(
  { rules }: CollectionPusher<Document>,
  row: CheckedRow<Document>,
  decision: Decision,
  reach: Reach,
): Decision {
  const scope = scopeOf(row.content, rules);
  if (decision.kind === 'insert' && !reach.create.has(scope)) return { kind: 'reject', code: 'not_allowed' };
  if (decision.kind === 'update' && !reach.update.has(scope)) return { kind: 'reject', code: 'not_allowed' };
  return decision;
}

/** Writes in as few statements as can be; sets the outcome of what is refused, and returns the ids that were written. */
async function writeAll<Document extends { readonly id: string }>(
  sql: Transaction,
  pusher: CollectionPusher<Document>,
  writes: readonly Write<Document>[],
  keyring: Keyring,
  { schoolId }: Entered,
  { deviceId, care }: { readonly deviceId: string | null; readonly care: Care },
  outcomes: Map<string, Outcome>,
): Promise<ReadonlySet<string>> {
  const subjectsOf = ({ row, kind }: Write<Document>) =>
    kind === 'remove' || row.document === null ? [] : pusher.subjectsOf(row.document, schoolId);
  const ciphers = await openCiphers(keyring, schoolId, new Set(writes.flatMap(subjectsOf)));
  const writable = writes.filter((write) => {
    const { row } = write;
    const hasKey = subjectsOf(write).every((subjectId) => ciphers.has(subjectId));
    // A child whose key was erased: nothing of this is kept, here or anywhere (S15).
    if (!hasKey) outcomes.set(row.id, { kind: 'rejected', code: pusher.codeWithoutKey, isKept: false });
    return hasKey;
  });
  const { results, refused } = await applyAll(sql, writable, care, (savepoint, part) =>
    writePart(savepoint, pusher, part, { deviceId, ciphers, schoolId }),
  );
  for (const { item, code } of refused) outcomes.set(item.row.id, rejected(code));
  return new Set(results.flat());
}

async function writePart<Document extends { readonly id: string }>(
  sql: Transaction,
  pusher: CollectionPusher<Document>,
  part: readonly Write<Document>[],
  context: WriteContext,
): Promise<string[]> {
  const documents = (kind: Write<Document>['kind']) =>
    part.flatMap((write) => (write.kind === kind && write.row.document ? write.row.document : []));
  const removed = part.flatMap(({ row, kind }) => (kind === 'remove' ? row.id : []));
  const inserted = documents('insert');
  const updated = documents('update');
  const ids = await Promise.all([
    inserted.length > 0 ? pusher.insert(sql, inserted, context) : [],
    updated.length > 0 ? pusher.update(sql, updated, context) : [],
    removed.length > 0 ? pusher.remove(sql, removed) : [],
  ]);
  return ids.flat();
}

/** A conflict shows only what a pull would show, otherwise a tombstone (S14); a refused row gets the master's state too. */
async function answer<Document extends { readonly id: string }>(
  sql: Transaction,
  { collection }: CollectionPusher<Document>,
  rows: readonly PushedDocument[],
  outcomes: ReadonlyMap<string, Outcome>,
  masters: ReadonlyMap<string, Master>,
  keyring: Keyring,
  entered: Entered,
): Promise<PushResponse> {
  const conflicts: WireDocument[] = [];
  const refused: RefusedRow[] = [];
  for (const { newDocumentState } of rows) {
    const { _deleted, ...payload } = newDocumentState;
    const { id } = payload;
    const outcome = must(outcomes.get(id), 'every pushed row has an outcome');
    if (outcome.kind === 'done') continue;
    const master = masterOf(masters, id);
    conflicts.push(
      master.state === 'present' ? master.document : master.state === 'deleted' ? master.tombstone : tombstone(collection, id, 0),
    );
    if (outcome.kind === 'rejected') refused.push({ id, code: outcome.code, payload, isKept: outcome.isKept });
  }
  return { conflicts, rejections: await keepRefused(sql, entered, keyring, collection, refused) };
}

function toOutcome(decision: Decision): Outcome {
  if (decision.kind === 'reject') return rejected(decision.code);
  return decision.kind === 'conflict' ? { kind: 'conflict' } : { kind: 'done' };
}

function rejected(code: ErrorCode): Outcome {
  return { kind: 'rejected', code, isKept: true };
}
