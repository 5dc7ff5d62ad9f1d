import type { HandoverProblem } from '$lib/delivery/handover.ts';
import { refusalWords } from '$lib/evidence/refusal-words.ts';
import { m } from '$lib/messages/generated/messages.js';

const refusals: Readonly<Record<string, () => string>> = {
  access_ended: m.sync_sealed_why_ended,
  not_allowed: m.sync_sealed_why_not_allowed,
  body_too_large: m.sync_sealed_why_too_large,
  invalid_request: m.sync_sealed_why_broken,
  invalid_document: m.sync_sealed_why_broken,
};

/** Why the school did not take a sealed piece; of a photo or recording, what was wrong with it. */
export function sealedRefusalWords(code: string): string {
  return refusals[code]?.() ?? refusalWords(code);
}

const problems: Readonly<Record<HandoverProblem, () => string>> = {
  not_a_handover: m.handover_not_a_handover,
  damaged: m.handover_damaged,
  newer_version: m.handover_newer_version,
  other_school: m.handover_other_school,
};

export function handoverProblemWords(problem: HandoverProblem): string {
  return problems[problem]();
}
