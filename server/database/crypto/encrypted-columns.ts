interface EncryptedTable {
  readonly columns: readonly string[];
  /** The column whose value binds a cell to its row. */
  readonly row: string;
  /** The column that names the child under whose key cells may be; null: only the school's key is used here. */
  readonly student: string | null;
}

/**
 * Every encrypted column, and whose key its cells are under: rotation goes through these, and a test fails on a column
 * of the schema that is not declared. A cell names its key itself; `student` says where a child's may be found.
 */
export const encryptedTables = {
  users: { columns: ['name_encrypted', 'first_name_encrypted', 'email_encrypted'], row: 'id', student: 'id' },
  credentials: {
    columns: ['totp_secret_encrypted', 'login_name_encrypted', 'picture_verifier_encrypted'],
    row: 'user_id',
    student: 'user_id',
  },
  parents: { columns: ['phone_encrypted'], row: 'id', student: null },
  homework_completions: { columns: ['written_work_encrypted'], row: 'id', student: 'student_id' },
  evidence: { columns: ['file_key_encrypted'], row: 'id', student: 'student_id' },
  completion_reviews: { columns: ['comment_encrypted'], row: 'id', student: 'student_id' },
  parent_notes: { columns: ['text_encrypted'], row: 'id', student: 'student_id' },
  student_levels: { columns: ['reason_encrypted'], row: 'id', student: 'student_id' },
  safeguarding_flags: { columns: ['text_encrypted', 'about_encrypted', 'outcome_encrypted'], row: 'id', student: 'student_id' },
  commands: { columns: ['payload_encrypted'], row: 'id', student: null },
  legal_holds: { columns: ['reason_encrypted'], row: 'id', student: null },
  data_requests: { columns: ['outcome_encrypted'], row: 'id', student: null },
  school_keys: { columns: ['private_key_encrypted'], row: 'id', student: null },
  rejected_pushes: { columns: ['payload_encrypted'], row: 'id', student: null },
} as const satisfies Readonly<Record<string, EncryptedTable>>;

export interface EncryptedColumn {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly student: string | null;
}

export const encryptedColumns: readonly EncryptedColumn[] = Object.entries(encryptedTables).flatMap(([table, { columns, row, student }]) =>
  columns.map((column) => ({ table, column, row, student })),
);
