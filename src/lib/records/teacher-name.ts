import { m } from '$lib/messages/generated/messages.js';

const titles = /^(Mr|Mrs|Ms|Miss|Mx|Dr|Sir)\.?$/;

/** What a child calls a teacher: "Ms Okafor" for "Ms Amara Okafor"; "your teacher" for nobody known. */
export function teacherName(displayName: string | undefined): string {
  if (!displayName) return m.child_your_teacher();
  const words = displayName.split(' ');
  const [title, , ...family] = words;
  return title !== undefined && titles.test(title) && family.length > 0 ? [title, ...family].join(' ') : displayName;
}
