import * as v from 'valibot';
import { activity, feeling } from '#domain/collections/completions.ts';
import { KeptDraft } from '$lib/ui/kept-draft.svelte.ts';
import type { LogIntent } from './log-start.ts';

/** What a parent writes about a piece. Not the day: what is found again another day would be logged for the wrong one. */
const logDraft = v.object({
  clubId: v.nullable(v.string()),
  taskId: v.nullable(v.string()),
  words: v.string(),
  minutes: v.nullable(v.number()),
  feeling: v.nullable(feeling),
  activity: v.nullable(activity),
});

/** One for each child and piece; for a new piece one for each task that it was begun with. @param first the words that stand there at the start */
export function keptLog(studentId: string, intent: LogIntent, first: string) {
  const about = intent.kind === 'new' ? (intent.taskId ?? 'any') : intent.piece.completion.id;
  return new KeptDraft(`log/${studentId}/${intent.kind}/${about}`, logDraft, ({ words }) => words.trim() === '' || words === first);
}
