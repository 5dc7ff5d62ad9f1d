import type { EvidenceKind } from '#domain/collections/completions.ts';
import { m } from '$lib/messages/generated/messages.js';

export const evidenceWords: Record<EvidenceKind, () => string> = {
  photo: m.evidence_photo,
  audio: m.evidence_audio,
  written: m.evidence_written,
  show_in_class: m.evidence_show_in_class,
};

export const punctualityWords = { early: m.punctuality_early, on_time: m.punctuality_on_time, late: m.punctuality_late };
export const feelingWords = { easy: m.feeling_easy, ok: m.feeling_ok, tricky: m.feeling_tricky };
