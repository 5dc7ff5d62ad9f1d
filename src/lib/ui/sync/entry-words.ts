import * as v from 'valibot';
import { phraseNumber } from '#domain/buddies/phrases.ts';
import type { CollectionName } from '#domain/collections/index.ts';
import { m } from '$lib/messages/generated/messages.js';
import { dateWords } from '$lib/records/date-words.ts';
import { cheerWords } from '../buddies/cheer-words.ts';

/** Names that a piece of waiting work is told by; whatever this device knows of them. */
export interface Names {
  readonly child: (studentId: string) => string | null;
  readonly club: (clubId: string) => string | null;
  readonly task: (taskId: string) => string | null;
}

export interface EntryWords {
  readonly title: string;
  /** The child's name; null where the reader is the child or it is unknown. */
  readonly who: string | null;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Says what a document of the person's own is, from whichever of its fields are there. */
export function entryWords(collection: string | null, fields: Readonly<Record<string, unknown>>, names: Names): EntryWords {
  const studentId = text(fields['studentId']);
  const who = studentId === null ? null : names.child(studentId);
  if (collection === 'completions') {
    const taskId = text(fields['taskId']);
    const clubId = text(fields['clubId']);
    const title = (taskId === null ? null : names.task(taskId)) ?? (clubId === null ? null : names.club(clubId));
    return { title: title ?? m.sync_entry_homework(), who };
  }
  if (collection === 'tasks') {
    const title = text(fields['title']);
    return { title: title === null ? m.sync_entry_task_plain() : m.sync_entry_task({ title }), who };
  }
  if (collection === 'reviews') return { title: (marks[text(fields['verdict']) ?? ''] ?? m.sync_entry_mark)(), who };
  if (collection === 'notes') return { title: m.sync_entry_note(), who };
  if (collection === 'excused_days') {
    const day = text(fields['day']);
    const title = fields['state'] === 'withdrawn' ? m.sync_entry_not_excused : m.sync_entry_excused;
    return { title: day === null ? m.sync_entry_other() : title({ day: dateWords(day, 'short') }), who };
  }
  if (collection === 'cheers') {
    const { phrase } = fields;
    return {
      title: v.is(phraseNumber, phrase) ? m.sync_entry_cheer({ cheer: cheerWords(phrase) }) : m.sync_entry_cheer_plain(),
      who: null,
    };
  }
  if (collection === 'child_requests') return { title: m.sync_entry_help(), who };
  if (collection === 'commands') {
    const { payload } = fields;
    const childId = typeof payload === 'object' && payload !== null && 'studentId' in payload ? text(payload.studentId) : null;
    return { title: (commands[text(fields['kind']) ?? ''] ?? m.sync_entry_other)(), who: childId === null ? null : names.child(childId) };
  }
  return { title: m.sync_entry_other(), who };
}

const marks: Readonly<Record<string, () => string>> = {
  approved: m.sync_entry_approved,
  returned: m.sync_entry_returned,
  void: m.sync_entry_void,
  restored: m.sync_entry_restored,
};

const commands: Readonly<Record<string, () => string>> = {
  flag_to_safeguarding_lead: m.sync_entry_flag,
  move_completion: m.sync_entry_moving,
  place_on_level: m.sync_entry_placing,
  dissolve_buddy_group: m.sync_entry_dissolving,
  give_badge: m.sync_entry_giving,
  // Never which: whoever looks over a child’s shoulder does not learn of a worry.
  ask_for_help: m.sync_entry_help,
  answer_child_request: m.sync_entry_answering,
};

/** Why something was not taken, in plain words; the server's own sentence where there is no better one. */
export function reasonWords({ collection, code, message }: Refusal, isForChild: boolean): string {
  const better = isForChild ? reasonsForChild[code] : collection === 'commands' ? reasonsOfCommands[code] : undefined;
  return (better ?? reasons[code])?.() ?? message;
}

export interface Refusal {
  readonly collection: string | null;
  /** An error code of `domain/errors.ts`, or of a newer server's. */
  readonly code: string;
  readonly message: string;
}

const reasons: Readonly<Record<string, () => string>> = {
  clash: m.sync_why_clash,
  not_allowed: m.sync_why_not_allowed,
  already_marked: m.sync_why_already_marked,
  already_moved: m.sync_why_already_moved,
  already_set_aside: m.sync_why_already_set_aside,
  set_aside_for_good: m.sync_why_set_aside_for_good,
  not_on_roll: m.sync_why_not_on_roll,
  not_in_club: m.sync_why_not_in_club,
  files_on_their_way: m.sync_why_files_on_their_way,
  no_consent_there: m.sync_why_no_consent_there,
  badge_out_of_use: m.sync_why_badge_out_of_use,
  unknown_reference: m.sync_why_unknown_reference,
  invalid_document: m.sync_why_invalid,
  wrong_author: m.sync_why_wrong_author,
  day_out_of_range: m.sync_why_day_out_of_range,
};

const textFields: Partial<Record<CollectionName, string>> = {
  tasks: 'title',
  completions: 'writtenWork',
  reviews: 'comment',
  notes: 'text',
};

const reasonsOfCommands: Readonly<Record<string, () => string>> = {
  not_allowed: m.sync_why_not_allowed_command,
};

const reasonsForChild: Readonly<Record<string, () => string>> = {
  clash: m.sync_why_clash_child,
  not_allowed: m.sync_why_not_allowed_child,
  already_marked: m.sync_why_already_marked_child,
  unknown_reference: m.sync_why_unknown_reference_child,
  invalid_document: m.sync_why_invalid_child,
  wrong_author: m.sync_why_wrong_author_child,
  too_many_cheers: m.buddies_enough,
};

/** The field that a person can mend by hand, with its words so far. */
export function editableText(
  collection: CollectionName,
  fields: Readonly<Record<string, unknown>>,
): { readonly field: string; readonly value: string } | null {
  const field = textFields[collection];
  return field === undefined ? null : { field, value: text(fields[field]) ?? '' };
}

/** Bytes as a person reads them: "48 MB". */
export function sizeWords(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  if (megabytes >= 1000) return m.sync_gigabytes({ size: (megabytes / 1000).toFixed(1) });
  return m.sync_megabytes({ size: megabytes < 10 ? megabytes.toFixed(1) : megabytes.toFixed(0) });
}
