import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { call } from '../sync/http.ts';

/** How long ago the school last heard from a child or the family, what needs somebody first. */
export const heards = ['never', 'longer', 'week', 'today'] as const;
export type Heard = (typeof heards)[number];

const answer = v.object({ children: v.array(v.object({ studentId: uuid, heard: v.picklist(heards) })) });

/** Of each child of a class; shown, and kept nowhere. @throws Unreachable | NotSignedIn | Refused */
export async function fetchContact(userId: string, classId: string): Promise<ReadonlyMap<string, Heard>> {
  const { children } = await call((url, init) => fetch(url, init), { path: `/api/school/classes/${classId}/contact`, userId, answer });
  return new Map(children.map(({ studentId, heard }) => [studentId, heard]));
}
