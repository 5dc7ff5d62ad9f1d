import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import type { CommandAnswer, CommandPayload } from '#domain/collections/commands.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../../database/connections.ts';
import { SealBroken } from '../../database/crypto/envelope.ts';
import type { Cell } from '../../database/crypto/keyring.ts';
import { keyCell } from '../../evidence/sealed-files.ts';
import { Refused } from '../apply.ts';
import { bytesToJson, type WriteContext } from '../collections/pusher.ts';

type Move = CommandPayload<'move_completion'>;

/** How app.hold_for_move says that a piece stands. */
const standing = v.picklist([
  'ready',
  'already_done',
  'not_allowed',
  'unknown_reference',
  'already_moved',
  'already_set_aside',
  'not_on_roll',
  'not_in_club',
  'files_on_their_way',
  'no_consent_there',
]);

const writtenCell = (row: string): Cell => ({ table: 'homework_completions', column: 'written_work_encrypted', row });
const commentCell = (row: string): Cell => ({ table: 'completion_reviews', column: 'comment_encrypted', row });

/**
 * Writes a piece that was logged under the wrong child anew under the right one, with what was said of it and its files, all
 * sealed for that child, and leaves a shell that says nothing. Neither family learns of the other.
 */
export async function moveCompletion(sql: Transaction, move: Move, context: WriteContext): Promise<CommandAnswer> {
  const { studentId, completionId, toStudentId, newCompletionId } = move;
  // From here on it is held: what is read next is what is moved.
  const [held] = await sql<{ standing: string }[]>`
    select app.hold_for_move(${completionId}, ${studentId}, ${toStudentId}) as standing`;
  const stands = v.parse(standing, must(held, 'a function answers').standing);
  if (stands === 'already_done') return stands;
  if (stands !== 'ready') throw new Refused(stands);
  const anew = { id: newCompletionId, voidId: uuidv7(), ...(await sealAnew(sql, move, context)) };
  await sql`select app.move_completion(${completionId}, ${studentId}, ${toStudentId}, ${sql.json(anew)})`;
  return 'done';
}

/** What was sealed for the one child, sealed for the other. A file keeps its bytes: its key is what is sealed for its child. */
async function sealAnew(sql: Transaction, { studentId, completionId, toStudentId, newCompletionId }: Move, { ciphers }: WriteContext) {
  const [from, to] = [ciphers(studentId), ciphers(toStudentId)];
  const carry = (sealed: Uint8Array | null, cell: (row: string) => Cell, was: string, id: string): string | null =>
    bytesToJson(sealed && to.encrypt(cell(id), from.decrypt(cell(was), sealed)));

  const [pieces, reviews, files, voices] = await Promise.all([
    sql<{ written: Uint8Array | null }[]>`
      select written_work_encrypted as written from homework_completions
      where school_id = app.current_school_id() and id = ${completionId}`,
    sql<{ was: string; comment: Uint8Array | null }[]>`
      select id as was, comment_encrypted as comment from completion_reviews
      where school_id = app.current_school_id() and completion_id = ${completionId}
      order by id`,
    sql<{ was: string; key: Uint8Array | null }[]>`
      select file.id as was, file.file_key_encrypted as key
      from evidence file
      join homework_completions piece on piece.school_id = file.school_id and piece.id = file.completion_id
      where file.school_id = app.current_school_id() and file.completion_id = ${completionId} and file.state = 'ready'
        and file.reviewer_id is null
      order by array_position(piece.evidence_ids, file.id)`,
    sql<{ was: string; reviewWas: string; key: Uint8Array | null }[]>`
      select distinct on (file.id) file.id as was, review.id as "reviewWas", file.file_key_encrypted as key
      from evidence file
      join completion_reviews review
        on review.school_id = file.school_id and review.completion_id = file.completion_id and review.voice_id = file.id
      where file.school_id = app.current_school_id() and file.completion_id = ${completionId} and file.state = 'ready'
        and file.reviewer_id is not null
      order by file.id, review.id`,
  ]);
  const reviewIds = new Map(reviews.map(({ was }) => [was, uuidv7()]));
  const reviewId = (was: string): string => must(reviewIds.get(was), 'a review has its new id');
  try {
    return {
      written: carry(must(pieces[0], 'what is held is there').written, writtenCell, completionId, newCompletionId),
      reviews: reviews.map(({ was, comment }) => {
        const id = reviewId(was);
        return { was, id, comment: carry(comment, commentCell, was, id) };
      }),
      files: files.map(({ was, key }) => {
        const id = uuidv7();
        return { was, id, key: carry(key, keyCell, was, id) };
      }),
      voices: voices.map(({ was, reviewWas, key }) => {
        const id = uuidv7();
        return { was, id, review: reviewId(reviewWas), key: carry(key, keyCell, was, id) };
      }),
    };
  } catch (error) {
    // A cell that nothing opens stays where it is: half of a piece is not moved (S16).
    if (error instanceof SealBroken) throw new Refused('unknown_reference');
    throw error;
  }
}
