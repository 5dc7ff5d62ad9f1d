import type { Command } from '#domain/collections/commands.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Pick<Command, 'userId' | 'kind' | 'capturedAt'>;

interface CommandRow extends IndexRow {
  readonly user_id: Content['userId'];
  readonly kind: Content['kind'];
  readonly captured_at: string;
}

/** Never the payload: what is settled says nothing any more (S27, S31). */
export const commandsReader = defineReader<CommandRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, user_id, kind, captured_at
      from commands
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({ userId: row.user_id, kind: row.kind, capturedAt: row.captured_at }),
});
