import { fileKind, type FileKind } from '#domain/evidence/evidence.ts';
import type { Child } from '../records/children.ts';
import type { Task } from '../records/pieces.ts';

/** The kinds of file that may be captured of a child: with consent, and where the task takes them. Silence is no consent. */
export function allowedKinds(child: Pick<Child, 'consents'> | null, task: Pick<Task, 'evidenceKinds'> | null): FileKind[] {
  const asked = task?.evidenceKinds ?? [];
  return fileKind.options.filter((kind) => child?.consents?.includes(kind) === true && (asked.length === 0 || asked.includes(kind)));
}
