import { v7 as uuidv7 } from 'uuid';
import type { Relationship } from '#domain/invitations/relationships.ts';
import type { Database, Transaction } from '../database/connections.ts';

/** What a code that may be used leads to. */
export interface Invited {
  readonly schoolId: string;
  readonly schoolName: string;
  readonly schoolSlug: string;
  readonly studentId: string;
  readonly firstName: Uint8Array;
}

export interface NewParent {
  readonly id: string;
  readonly name: Uint8Array;
  readonly email: Uint8Array;
  readonly emailIndex: Uint8Array;
  readonly passwordHash: string;
  readonly relationship: Relationship;
}

/** What `sign_in` may do with a code; it can read no table. */
export function createInvited(sql: Database) {
  return {
    /** Null: no code that opens, for whatever reason. */
    async byCode(codeHash: Uint8Array): Promise<Invited | null> {
      const [row] = await sql<Invited[]>`
        select school_id as "schoolId", school_name as "schoolName", school_slug as "schoolSlug", student_id as "studentId",
          first_name_encrypted as "firstName"
        from app.invitation_by_code(${codeHash})`;
      return row ?? null;
    },

    /** @returns whether there is an account now, with its child; false where the code or the address is taken */
    async join(codeHash: Uint8Array, { id, name, email, emailIndex, passwordHash, relationship }: NewParent): Promise<boolean> {
      const [row] = await sql<{ hasJoined: boolean }[]>`
        select app.join_as_parent(${codeHash}, ${id}, ${name}, ${email}, ${emailIndex}, ${passwordHash}, ${uuidv7()}, ${relationship}) as "hasJoined"`;
      return row?.hasJoined === true;
    },
  };
}

/** One more child for the parent who has entered. `already`: they belong together, and the code stays good. */
export async function joinChild(
  sql: Transaction,
  codeHash: Uint8Array,
  relationship: Relationship,
): Promise<'joined' | 'already' | 'not_found'> {
  const [row] = await sql<{ outcome: 'joined' | 'already' | 'not_found' }[]>`
    select app.join_child(${codeHash}, ${uuidv7()}, ${relationship}) as outcome`;
  return row?.outcome ?? 'not_found';
}
