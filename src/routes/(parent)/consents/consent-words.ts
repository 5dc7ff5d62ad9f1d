import type { ConsentPurpose } from '#domain/consents/purposes.ts';
import type { ConsentChild, Decision } from '$lib/consents/consents-api.ts';
import { m } from '$lib/messages/generated/messages.js';
import { momentWords } from '$lib/records/date-words.ts';

type ForChild = (about: { readonly name: string }) => string;

export interface PurposeWords {
  readonly question: ForChild;
  readonly yes: () => string;
  readonly no: () => string;
  /** Who sees it, how long it lasts, and what there is without it. */
  readonly means: readonly [ForChild, ForChild, ForChild];
}

/** What each purpose means, in plain words, beside the notice that is agreed to. */
export const purposeWords: Readonly<Record<ConsentPurpose, PurposeWords>> = {
  photo: {
    question: m.consent_photo,
    yes: m.consent_photo_yes,
    no: m.consent_photo_no,
    means: [m.consent_files_seen, m.consent_files_kept, m.consent_photo_without],
  },
  audio: {
    question: m.consent_audio,
    yes: m.consent_audio_yes,
    no: m.consent_audio_no,
    means: [m.consent_files_seen, m.consent_files_kept, m.consent_audio_without],
  },
  leaderboard: {
    question: m.consent_leaderboard,
    yes: m.consent_leaderboard_yes,
    no: m.consent_leaderboard_no,
    means: [m.consent_leaderboard_seen, m.consent_leaderboard_kept, m.consent_leaderboard_without],
  },
  buddy_groups: {
    question: m.consent_buddies,
    yes: m.consent_buddies_yes,
    no: m.consent_buddies_no,
    means: [m.consent_buddies_seen, m.consent_buddies_kept, m.consent_buddies_without],
  },
  sharing: {
    question: m.consent_sharing,
    yes: m.consent_sharing_yes,
    no: m.consent_sharing_no,
    means: [m.consent_sharing_seen, m.consent_sharing_kept, m.consent_sharing_without],
  },
};

export interface Standing {
  /** What this person said last; null before anything was said. */
  readonly own: Decision | null;
  readonly isOn: boolean;
}

export function standingOf({ standing, decisions }: Pick<ConsentChild, 'standing' | 'decisions'>, purpose: ConsentPurpose): Standing {
  return { own: decisions.find((decision) => decision.purpose === purpose)?.decision ?? null, isOn: standing.includes(purpose) };
}

/** How a purpose stands, in a sentence. */
export function standingWords({ own, isOn }: Standing): string {
  if (own === null) return isOn ? m.consent_on_by_another() : m.consent_not_said();
  if (own === 'withdrawn') return m.consent_off();
  return isOn ? m.consent_on() : m.consent_off_by_another();
}

/** One decision of the past, with its moment. */
export function decisionWords({ decision, decidedAt }: { readonly decision: Decision; readonly decidedAt: string }): string {
  const about = { moment: momentWords(decidedAt) };
  return decision === 'given' ? m.consent_said_yes(about) : m.consent_said_no(about);
}
