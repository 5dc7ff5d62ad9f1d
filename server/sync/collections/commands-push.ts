import { v5 as uuidFromName } from 'uuid';
import { commandAnswers, commands, type Command, type CommandAnswer } from '#domain/collections/commands.ts';
import type { Transaction } from '../../database/connections.ts';
import { carryOut } from '../commands/carry-out.ts';
import { bytesToJson, type CollectionPusher, type WriteContext } from './pusher.ts';

const appendOnly = () => Promise.reject(new Error('Broken promise: a command is never changed or removed'));

/** S31: a command is carried out in the very transaction that brings it, with its author's rights, and what it said is forgotten. */
export const commandsPusher: CollectionPusher<Command> = {
  collection: 'commands',
  schema: commands.schema,
  // Not the payload: one that comes again is known by its id, and what it said is known no more.
  rules: { fields: ['userId', 'kind', 'capturedAt'], isAppendOnly: true, scopeFields: ['userId'] },
  instants: ['capturedAt'],
  fault({ userId }, entered) {
    return userId === entered.userId ? null : 'wrong_author';
  },
  subjectsOf: ({ kind, userId, payload }, schoolId) => [
    schoolId,
    ...(kind === 'ask_for_help' ? [userId] : []),
    ...(payload && 'studentId' in payload ? [payload.studentId] : []),
    ...(payload && 'toStudentId' in payload ? [payload.toStudentId] : []),
  ],
  // Security: scope before existence. Whether the child is in reach is found out later, by the policies; the answer is the same.
  codeWithoutKey: 'not_allowed',

  // Commands are only added: there is no row that another could change meanwhile.
  lock: () => Promise.resolve(),

  async insert(sql, documents, context) {
    const received = new Set(await receive(sql, documents, context));
    const answers: { id: string; notice_id: string; code: string; message: string; is_told: boolean }[] = [];
    // One after the other: a later one may be about what an earlier one did.
    for (const command of documents.filter(({ id }) => received.has(id))) {
      // Its device was told that it is settled, and has forgotten what it said; a restored backup made the school forget it too.
      const code = command.payload === undefined ? 'forgotten' : await carryOut(sql, command, context);
      answers.push({
        id: command.id,
        notice_id: uuidFromName('notice', command.id),
        code,
        message: commandAnswers[code],
        is_told: isTold(command, code),
      });
    }
    await Promise.all([
      sql`
        update commands
        set state = case answered.code when 'forgotten' then 'refused' else 'applied' end,
          code = case answered.code when 'forgotten' then answered.code end, settled_at = now(), payload_encrypted = null
        from jsonb_to_recordset(${sql.json(answers)}) as answered(id uuid, code text)
        where commands.school_id = app.current_school_id() and commands.id = answered.id`,
      // An account's notice names no child (S27).
      sql`
        insert into notices (school_id, id, audience, user_id, kind, code, message, collection, document_id)
        select app.current_school_id(), notice_id, 'account', app.current_user_id(), 'command', code, message, 'commands', id
        from jsonb_to_recordset(${sql.json(answers)}) as answered(id uuid, notice_id uuid, code text, message text, is_told boolean)
        where is_told`,
    ]);
    return [...received];
  },

  update: appendOnly,
  remove: appendOnly,
};

/** Of a child's question the request tells, and of a worry nothing does: a child's news is read over its shoulder. */
function isTold({ kind }: Command, code: CommandAnswer): boolean {
  return kind !== 'ask_for_help' || code === 'forgotten';
}

async function receive(sql: Transaction, documents: readonly Command[], { ciphers, schoolId }: WriteContext): Promise<string[]> {
  const cipher = ciphers(schoolId);
  const pushed = documents.map(({ id, userId, kind, capturedAt, payload }) => {
    const cell = { table: 'commands', column: 'payload_encrypted', row: id };
    const text = JSON.stringify(payload ?? null);
    return { id, user_id: userId, kind, captured_at: capturedAt, payload_encrypted: bytesToJson(cipher.encrypt(cell, text)) };
  });
  const rows = await sql<{ id: string }[]>`
    insert into commands (school_id, id, user_id, kind, payload_encrypted, captured_at)
    select app.current_school_id(), id, user_id, kind, payload_encrypted, captured_at
    from jsonb_to_recordset(${sql.json(pushed)}) as pushed(id uuid, user_id uuid, kind text, payload_encrypted bytea, captured_at timestamptz)
    order by id
    on conflict (school_id, id) do nothing
    returning id`;
  return rows.map(({ id }) => id);
}
