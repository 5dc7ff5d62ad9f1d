import type { ChildRequest, RequestAnswer } from '#domain/collections/child-requests.ts';
import { m } from '$lib/messages/generated/messages.js';

type Sentence = (about: { name: string }) => string;

const asks: Readonly<Record<Extract<ChildRequest, { kind: 'ask' }>['topic'], Sentence>> = {
  not_understood: m.asked_not_understood,
  not_at_home: m.asked_not_at_home,
  not_working: m.asked_not_working,
  talk: m.asked_talk,
};
const deletes: Readonly<Record<Extract<ChildRequest, { kind: 'delete' }>['topic'], Sentence>> = {
  photo: m.asked_delete_photo,
  audio: m.asked_delete_audio,
  written: m.asked_delete_written,
};

/** What a child asks, in a grown-up’s words. */
export function requestWords(request: ChildRequest, name: string): string {
  return request.kind === 'ask' ? asks[request.topic]({ name }) : deletes[request.topic]({ name });
}

/** What pressing says to the child. */
export const answerWords: Readonly<Record<RequestAnswer, () => string>> = {
  talked: m.asked_talked,
  removed: m.asked_remove,
  kept_needed: m.asked_keep_needed,
  kept_not_own: m.asked_keep_not_own,
};

/** What was answered. */
export const answeredWords: Readonly<Record<RequestAnswer, () => string>> = {
  talked: m.asked_was_talked,
  removed: m.asked_was_removed,
  kept_needed: m.asked_was_needed,
  kept_not_own: m.asked_was_not_own,
};
