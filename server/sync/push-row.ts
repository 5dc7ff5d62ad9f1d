import * as v from 'valibot';
import type { ErrorCode } from '#domain/errors.ts';
import { liftRow } from '#domain/sync/lenses/lift-row.ts';
import type { Translation } from '#domain/sync/lenses/translation.ts';
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
}

/** A row as it was pushed. */
export type PushedDocument = PushRequest['rows'][number];

/** How to read the rows of an app of some age, and what the server has of the document (S28). */
export interface Lifting {
  readonly translation: Translation;
  readonly master: Fields | null;
}

/** Checks one row by its collection's schema. Unknown fields refuse that document, and no other. */
export function checkRow<Document extends { readonly id: string }>(
  pusher: CollectionPusher<Document>,
  { newDocumentState, assumedMasterState = null }: PushedDocument,
  entered: Entered,
  { translation, master }: Lifting,
): CheckedRow<Document> {
  const { _deleted: isDeleted = false, ...payload } = newDocumentState;
  const normalise = (document: Fields) => withInstants(document, pusher.instants);
  const { assumed, content } = liftRow({ assumed: assumedMasterState, content: payload, isDeleted }, master, translation, normalise);
  const row = { id: payload.id, assumed, isDeleted };
  if (isDeleted) return { ...row, content, document: null, fault: null };

  const parsed = v.safeParse(pusher.schema, { version: 0, ...content });
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
