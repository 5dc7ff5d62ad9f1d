import { m } from '$lib/messages/generated/messages.js';

/** How long a recording is, in whole seconds: at most a minute and a half, and never nothing. */
export function lengthWords(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  if (seconds < 60) return m.evidence_length_seconds({ count: seconds });
  return seconds === 60 ? m.evidence_length_minute() : m.evidence_length_minute_seconds({ count: seconds - 60 });
}
