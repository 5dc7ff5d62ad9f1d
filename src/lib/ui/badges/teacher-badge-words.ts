import type { TeacherBadge } from '$lib/records/given-badges.ts';
import { m } from '$lib/messages/generated/messages.js';
import { ownPicture, type BadgePicture } from './badge-picture.ts';

export interface TeacherBadgeWords {
  readonly name: string;
  /** One sentence for the child. */
  readonly words: string;
  readonly picture: BadgePicture;
}

/** Built-in badges that teachers give: the app says them in each of its languages. */
const builtIn: Readonly<Record<string, () => TeacherBadgeWords>> = {
  teachers_spark: () => ({
    name: m.badge_teachers_spark(),
    words: m.badge_teachers_spark_done(),
    picture: { art: 'badge-teachers-spark', motif: null },
  }),
};

/** What is seen of a badge that teachers give; a built-in one that this app does not know has the server's words. */
export function teacherBadgeWords({
  code,
  name,
  sentence,
  picture,
}: Pick<TeacherBadge, 'code' | 'name' | 'sentence' | 'picture'>): TeacherBadgeWords {
  return (code === null ? undefined : builtIn[code])?.() ?? { name, words: sentence, picture: ownPicture(picture) };
}
