import * as v from 'valibot';
import type { pictureCodes } from '#domain/collections/picture-codes.ts';
import type { ConsentPurpose } from '#domain/consents/purposes.ts';
import { pictureVerifier } from '#domain/picture-codes/verifier.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof pictureCodes)['schema']>, 'id' | 'version'>;

interface PictureCodeRow extends IndexRow {
  readonly class_id: string;
  readonly student_id: string;
  readonly picture_verifier_encrypted: Uint8Array;
  readonly consents: ConsentPurpose[];
}

/** Through a function of the database: no policy shows a credential. */
export const pictureCodesReader = defineReader<PictureCodeRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.student_id is not null as is_present, t.*
    from ${source}
    left join lateral app.picture_code(s.document_id) t on not s.is_deleted`,
  subjectsOf: (row) => [row.student_id],
  toContent: (row, ciphers) => ({
    classId: row.class_id,
    studentId: row.student_id,
    verifier: v.parse(
      pictureVerifier,
      JSON.parse(
        ciphers(row.student_id).decrypt(
          { table: 'credentials', column: 'picture_verifier_encrypted', row: row.student_id },
          row.picture_verifier_encrypted,
        ),
      ),
    ),
    consents: row.consents,
  }),
});
