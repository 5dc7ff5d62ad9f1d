import { m } from '$lib/messages/generated/messages.js';
import type { Feeling, Punctuality } from '../progress/progress.ts';

export const feelingWords: Record<Feeling, () => string> = { easy: m.feeling_easy, ok: m.feeling_ok, tricky: m.feeling_tricky };
export const punctualityWords: Record<Punctuality, () => string> = {
  early: m.punctuality_early,
  on_time: m.punctuality_on_time,
  late: m.punctuality_late,
};
