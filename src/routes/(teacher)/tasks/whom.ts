import * as v from 'valibot';
import type { Task } from '#domain/collections/tasks.ts';
import { classId, studentId } from '#domain/ids.ts';
import type { TaskTarget } from '$lib/data/task-setting.ts';
import type { Child, SchoolClass } from '$lib/records/children.ts';

/** Whom a task is for: whole classes, and children by name beside them. */
export interface Whom {
  readonly classIds: readonly string[];
  readonly studentIds: readonly string[];
}

/** One row a class, and one a child who is in none of them. */
export function targetsOf({ classIds, studentIds }: Whom, children: readonly Child[]): TaskTarget[] {
  const named = new Set(studentIds);
  const covered = new Set<string>(
    children.filter((child) => child.classId !== null && classIds.includes(child.classId)).map((child) => child.studentId),
  );
  return [
    ...classIds.map((id) => ({ classId: v.parse(classId, id), studentId: null })),
    ...[...named].filter((id) => !covered.has(id)).map((id) => ({ classId: null, studentId: v.parse(studentId, id) })),
  ];
}

export function whomOf(rows: readonly Task[]): Whom {
  return { classIds: rows.flatMap((row) => row.classId ?? []), studentIds: rows.flatMap((row) => row.studentId ?? []) };
}

/** A year group as it is here: classes that are of this year alone, and its children of mixed ones. */
export function whomOfYear(year: string, classes: readonly SchoolClass[], children: readonly Child[]): Whom {
  const whole = classes.filter(({ yearGroups }) => yearGroups.length === 1 && yearGroups[0] === year).map(({ id }) => id);
  const mixed = new Set(classes.filter(({ yearGroups }) => yearGroups.length > 1 && yearGroups.includes(year)).map(({ id }) => id));
  return {
    classIds: whole,
    studentIds: children
      .filter((child) => child.yearGroup === year && child.classId !== null && mixed.has(child.classId))
      .map((child) => child.studentId),
  };
}

/** The year groups that are not just one class each, youngest first: choosing a class would not choose them. */
export function yearsToChoose(classes: readonly SchoolClass[]): string[] {
  const years = [...new Set(classes.flatMap(({ yearGroups }) => yearGroups))];
  const isOneClass = (year: string) => {
    const of = classes.filter(({ yearGroups }) => yearGroups.includes(year));
    return of.length === 1 && of[0]?.yearGroups.length === 1;
  };
  const age = (year: string) => (year === 'R' ? 0 : Number(year));
  return years.filter((year) => !isOneClass(year)).sort((one, other) => age(one) - age(other));
}

export function includesWhom(whom: Whom, part: Whom): boolean {
  return (
    part.classIds.length + part.studentIds.length > 0 &&
    part.classIds.every((id) => whom.classIds.includes(id)) &&
    part.studentIds.every((id) => whom.studentIds.includes(id))
  );
}

/** With `part`, or without it where all of it was in. */
export function toggleWhom(whom: Whom, part: Whom): Whom {
  const change = includesWhom(whom, part)
    ? (all: readonly string[], some: readonly string[]) => all.filter((id) => !some.includes(id))
    : (all: readonly string[], some: readonly string[]) => [...new Set([...all, ...some])];
  return { classIds: change(whom.classIds, part.classIds), studentIds: change(whom.studentIds, part.studentIds) };
}
