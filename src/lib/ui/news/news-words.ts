import type { DocumentOf } from '#domain/collections/index.ts';
import type { RequestAnswer } from '#domain/collections/child-requests.ts';
import { commandAnswers, type Command, type CommandAnswer } from '#domain/collections/commands.ts';
import { m } from '$lib/messages/generated/messages.js';
import { entryWords, reasonWords, type EntryWords, type Names } from '../sync/entry-words.ts';

export interface NewsWords extends EntryWords {
  readonly text: string;
}

/** What is said of each answer to a command; of some kinds of command it can be said better. */
const answers: Readonly<Record<CommandAnswer, () => string>> = {
  done: m.news_done,
  already_done: m.news_already_done,
  forgotten: m.news_forgotten,
};
const answersOfKind: Partial<Record<Command['kind'], Partial<Record<CommandAnswer, () => string>>>> = {
  flag_to_safeguarding_lead: { done: m.news_flag_done },
  move_completion: { done: m.news_move_done },
  answer_child_request: { done: m.news_answer_done },
  place_on_level: { done: m.news_placing_done },
  give_badge: { done: m.news_badge_done, already_done: m.news_badge_already },
};

/** What a child hears of what it asked of its teachers. */
const helpAnswers: Readonly<Record<'will_look' | RequestAnswer, () => string>> = {
  will_look: m.news_help_will_look,
  talked: m.news_help_talked,
  removed: m.news_help_removed,
  kept_needed: m.news_help_kept_needed,
  kept_not_own: m.news_help_kept_not_own,
};

/**
 * A notice in words. `about` is what this device has of the document that it is about; the server's own sentence is said where a
 * newer server has one that this app does not know.
 */
export function newsWords(
  notice: Pick<DocumentOf<'notices'>, 'kind' | 'code' | 'message' | 'collection' | 'studentId'>,
  about: Readonly<Record<string, unknown>> | null,
  names: Names,
  isForChild: boolean,
): NewsWords {
  const { title, who } = entryWords(notice.collection, about ?? {}, names);
  const child = who ?? (notice.studentId === null ? null : names.child(notice.studentId));
  switch (notice.kind) {
    case 'rejection':
      return { title, who: child, text: reasonWords(notice, isForChild) };
    case 'command':
      return { title, who: child, text: answerWords(notice.code, notice.message, about) };
  }
}

function answerWords(code: string, message: string, about: Readonly<Record<string, unknown>> | null): string {
  if (isHelpAnswer(code)) return helpAnswers[code]();
  if (!isAnswer(code)) return message;
  const kind = Object.entries(answersOfKind).find(([name]) => name === about?.['kind'])?.[1];
  return (kind?.[code] ?? answers[code])();
}

function isHelpAnswer(code: string): code is keyof typeof helpAnswers {
  return Object.hasOwn(helpAnswers, code);
}

function isAnswer(code: string): code is CommandAnswer {
  return Object.hasOwn(commandAnswers, code);
}
