import { expect } from 'vitest';
import { command, push } from './asking.ts';
import type { EvidenceScene } from './evidence-scene.ts';
import { completion, newId, Person, review, signIns } from './person.ts';

export const done = { conflicts: [], rejections: [] };

export interface Piece {
  readonly id: string;
  readonly studentId: string;
}

/** What tests of moves do in a school (S31). */
export class Moving {
  readonly #scene: EvidenceScene;
  #teacher: Person | undefined;

  constructor(scene: EvidenceScene) {
    this.#scene = scene;
  }

  /** Teaches Leo, and assists in Maya's class. */
  async both(): Promise<Person> {
    this.#teacher ??= await Person.signIn(this.#scene.server.url, signIns.teacher2);
    return this.#teacher;
  }

  async pieceOf(child: Person, fields: object = {}): Promise<ReturnType<typeof completion>> {
    const piece = completion(child.id, this.#scene.club, { writtenWork: 'The heron stood on one leg.', ...fields });
    expect(await child.push('completions', [{ newDocumentState: piece }])).toEqual(done);
    return piece;
  }

  /** All that stands of a piece, so that a refusal can be seen to have changed nothing. */
  standing(id: string) {
    const { sql } = this.#scene.server;
    return Promise.all([
      sql`select * from homework_completions where id = ${id} or moved_from = ${id} order by id`,
      sql`select * from completion_reviews where completion_id = ${id} order by id`,
      sql`select * from evidence where completion_id = ${id} order by id`,
    ]);
  }
}

export async function mark(by: Person, piece: Piece, fields: object = {}): Promise<string> {
  const written = review(piece, by.id, fields);
  expect(await by.push('reviews', [{ newDocumentState: written }])).toEqual(done);
  return written.id;
}

export function move(by: Person, piece: Piece, to: string, newCompletionId = newId()) {
  return command(by, 'move_completion', { studentId: piece.studentId, completionId: piece.id, toStudentId: to, newCompletionId });
}

/** Moves it, and says under which id it is now. */
export async function moved(by: Person, piece: Piece, to: Person): Promise<Piece> {
  const id = newId();
  expect(await push(by, move(by, piece, to.id, id))).toEqual(done);
  return { id, studentId: to.id };
}

export async function seen(person: Person, collection: string, id: string) {
  return (await person.pullAll(collection)).documents.find((document) => document.id === id);
}
