import type { EvidenceRefusal } from '#domain/evidence/evidence.ts';
import { m } from '$lib/messages/generated/messages.js';

const words: Readonly<Record<EvidenceRefusal, () => string>> = {
  unknown_type: m.evidence_refused_unknown_type,
  unsupported_photo: m.evidence_refused_unsupported_photo,
  too_large: m.evidence_refused_too_large,
  too_many_pixels: m.evidence_refused_too_many_pixels,
  moving_picture: m.evidence_refused_moving_picture,
  too_long: m.evidence_refused_too_long,
  broken: m.evidence_refused_broken,
  no_consent: m.evidence_refused_no_consent,
};

/** Why a file was not kept, for whoever looks. A code that is not known here is told plainly. */
export function refusalWords(code: string): string {
  return isRefusal(code) ? words[code]() : m.evidence_refused_other();
}

function isRefusal(code: string): code is EvidenceRefusal {
  return Object.hasOwn(words, code);
}
