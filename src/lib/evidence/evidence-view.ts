import type { EvidenceReceipt } from '#domain/evidence/evidence.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import type { FetchedFile } from '../data/files/fetched-store.ts';
import { isHeld } from '../data/files/file-state.ts';
import type { LocalFile } from '../data/files/sealed-chunks.ts';

/** How a file of a piece of homework can be shown here and now. */
export type EvidenceView =
  | { readonly kind: 'here'; readonly file: LocalFile }
  | { readonly kind: 'at_school' }
  /** It is at the school, which cannot be reached now. */
  | { readonly kind: 'out_of_reach' }
  | { readonly kind: 'coming' }
  | { readonly kind: 'not_kept'; readonly refusal: string };

export interface EvidenceOnHand {
  /** The person's own, on its way to the school. */
  readonly file: HeldFile | null;
  readonly receipt: EvidenceReceipt | null;
  /** Put by, for whoever marks it or hears it. */
  readonly fetched: FetchedFile | null;
}

export function viewOf({ file, receipt, fetched }: EvidenceOnHand, isOnline: boolean): EvidenceView {
  if (receipt?.state === 'withdrawn') return { kind: 'not_kept', refusal: 'no_consent' };
  if (receipt?.state === 'refused') return { kind: 'not_kept', refusal: receipt.refusal ?? 'broken' };
  if (file?.state === 'refused') return { kind: 'not_kept', refusal: file.refusal ?? 'broken' };
  if (file && isHeld(file.state)) return { kind: 'here', file };
  if (receipt?.state === 'ready' && fetched) return { kind: 'here', file: fetched };
  if (receipt?.state === 'ready') return { kind: isOnline ? 'at_school' : 'out_of_reach' };
  return { kind: 'coming' };
}
