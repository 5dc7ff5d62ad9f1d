import * as v from 'valibot';
import { readDraft, removeDraft, writeDraft } from '$lib/data/drafts.ts';
import { taskDraft, type TaskDraft } from './task-draft.ts';

const key = 'task';
const pauseMs = 400;

/** The task that is being written: it outlives a reload, and the lock that falls while somebody is asked something. */
export class KeptDraft {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What was begun and not set; null where nothing was. */
  async read(): Promise<TaskDraft | null> {
    const kept = v.safeParse(taskDraft, await readDraft(key));
    return kept.success ? kept.output : null;
  }

  /** Kept after a moment. What cannot be kept, for want of room, still stands in the form. */
  changed(draft: TaskDraft): void {
    clearTimeout(this.#timer);
    if (draft.title.trim() === '' && draft.instructions.trim() === '') return;
    this.#timer = setTimeout(() => void writeDraft(key, draft).catch(() => undefined), pauseMs);
  }

  /** It is set, or is not to be. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    await removeDraft(key);
  }
}
