import * as v from 'valibot';
import type { ErrorCode } from '#domain/errors.ts';
import type { Fields } from '#domain/sync/merge.ts';
import type { PushRequest } from '#domain/sync/protocol.ts';
import type { Entered } from '../database/enter.ts';
import type { CollectionPusher } from './collections/pusher.ts';
import type { PushedRow } from './push-decision.ts';

/** A pushed row after its document was checked. */
export interface CheckedRow<Document> extends PushedRow {
  /** Null for a removal, and for a document that does not stand. */
  readonly document: Document | null;
  /** What is wrong with the document itself. */
  readonly fault: ErrorCode | null;
  /** The document as it came. */
  readonly payload: Fields;
}

/** Checks one row by its collection's schema. Unknown fields refuse that document, and no other. */
export function checkRow<Document extends { readonly id: string }>(
  pusher: CollectionPusher<Document>,
  { newDocumentState, assumedMasterState }: PushRequest['rows'][number],
  entered: Entered,
): CheckedRow<Document> {
  const { _deleted: isDeleted = false, ...payload } = newDocumentState;
  const assumed = assumedMasterState ? withInstants(assumedMasterState, pusher.instants) : null;
  const row = { id: payload.id, payload, assumed, isDeleted };
  if (isDeleted) return { ...row, content: withInstants(payload, pusher.instants), document: null, fault: null };

  const parsed = v.safeParse(pusher.schema, { version: 0, ...withInstants(payload, pusher.instants) });
  if (!parsed.success) return { ...row, content: {}, document: null, fault: 'invalid_document' };
  return { ...row, content: { ...parsed.output }, document: parsed.output, fault: pusher.fault(parsed.output, entered) };
}

/** One moment has one text: `09:30:00+01:00` and `08:30:00.000Z` are the same content. */
function withInstants(document: Fields, instants: readonly string[]): Fields {
  const instantsAsUtc = instants.flatMap((field) => {
    const text = document[field];
    const moment = typeof text === 'string' ? new Date(text) : null;
    return moment && !Number.isNaN(moment.getTime()) ? [[field, moment.toISOString()]] : [];
  });
  return { ...document, ...Object.fromEntries(instantsAsUtc) };
}
