import type { NotedEnvelope } from '../data/delivery/sealing-note.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import type { UnsentRow } from '../data/unsent-list.ts';

/** One piece of unsent work; its key names it in the very state that it is in. */
export type Piece =
  | { readonly kind: 'document'; readonly key: string; readonly row: UnsentRow }
  | { readonly kind: 'file'; readonly key: string; readonly file: HeldFile };

export interface SealingPlan {
  /** What stands of what was sealed before. */
  readonly keep: readonly NotedEnvelope[];
  /** What to seal: the pieces of each new envelope. Documents in one, so that a mark lies beside the homework that it marks. */
  readonly seal: readonly (readonly Piece[])[];
}

export const mostDocuments = 500;

/**
 * Says what to seal, so that all unsent work is in envelopes and no document is in two that wait here: two states of one
 * document, delivered one after the other, would look like the work of two people.
 *
 * @param isHere whether an envelope still lies on this device; one that is gone has been delivered, with all that was in it
 */
export function planSealing(
  noted: readonly NotedEnvelope[],
  pieces: readonly Piece[],
  isHere: (envelopeId: string) => boolean,
  most: number = mostDocuments,
): SealingPlan {
  const documents = pieces.filter(({ kind }) => kind === 'document');
  const files = pieces.filter(({ kind }) => kind === 'file');
  const waiting = new Set(pieces.map(({ key }) => key));
  const isWhole = ({ pieces: sealed }: NotedEnvelope) => sealed.every((key) => waiting.has(key));
  const delivered = noted
    .filter(({ id }) => !isHere(id))
    .map(({ id, pieces: sealed }) => ({ id, pieces: sealed.filter((key) => waiting.has(key)) }))
    .filter(({ pieces: sealed }) => sealed.length > 0);
  const whole = noted.filter((one) => isHere(one.id) && isWhole(one));

  const covered = coverage([...delivered, ...whole]);
  const looseFiles = files.filter(({ key }) => !covered.has(key)).map((piece) => [piece]);
  if (documents.every(({ key }) => covered.has(key))) return { keep: [...delivered, ...whole], seal: looseFiles };

  // Those with room left are sealed again, together with what is new.
  const keys = new Set(documents.map(({ key }) => key));
  const keep = [...delivered, ...whole.filter(({ pieces: sealed }) => sealed.length >= most || !sealed.some((key) => keys.has(key)))];
  const kept = coverage(keep);
  const loose = documents.filter(({ key }) => !kept.has(key));
  return { keep, seal: [...groupsOf(loose, most), ...looseFiles] };
}

function coverage(envelopes: readonly NotedEnvelope[]): Set<string> {
  return new Set(envelopes.flatMap(({ pieces }) => pieces));
}

function groupsOf<T>(all: readonly T[], most: number): T[][] {
  const groups: T[][] = [];
  for (let from = 0; from < all.length; from += most) groups.push(all.slice(from, from + most));
  return groups;
}
