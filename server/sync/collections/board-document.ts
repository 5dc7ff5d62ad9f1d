import type * as v from 'valibot';
import type { classBoard } from '#domain/collections/classes.ts';
import type { Ciphers } from './reader.ts';

type Board = v.InferInput<typeof classBoard>;

/** As the deriver wrote it, by ids; who may still be named is asked anew each time. */
export interface BoardFigures {
  readonly monday: string;
  readonly gardens: Board['gardens'];
  readonly effort: readonly string[];
  readonly places: readonly { readonly studentId: string; readonly place: number; readonly days: number }[] | null;
}

/** A child whom a board may name now. */
export interface BoardName {
  readonly studentId: string;
  /** Under the child's key, in base64. */
  readonly firstName: string;
  readonly avatar: string;
}

/** A class's board with names. Security: whoever is not among `names` is left out, whatever the figures say. */
export function boardDocument({ monday, gardens, effort, places }: BoardFigures, names: readonly BoardName[], ciphers: Ciphers): Board {
  const facesById = new Map(
    names
      .filter(({ studentId }) => ciphers.has(studentId))
      .map(({ studentId, firstName, avatar }) => {
        const place = { table: 'users', column: 'first_name_encrypted', row: studentId } as const;
        return [studentId, { studentId, firstName: ciphers(studentId).decrypt(place, Buffer.from(firstName, 'base64')), avatar }];
      }),
  );
  return {
    monday,
    gardens,
    effort: effort
      .flatMap((studentId) => facesById.get(studentId) ?? [])
      .sort((one, other) => one.firstName.localeCompare(other.firstName, 'en-GB') || one.studentId.localeCompare(other.studentId)),
    places:
      places?.flatMap(({ studentId, place, days }) => {
        const face = facesById.get(studentId);
        return face ? [{ ...face, place, days }] : [];
      }) ?? null,
  };
}
