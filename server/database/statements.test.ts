import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

/** Security: injected SQL could set whose rows are seen, so that no statement is put together, and lint says so. */

// The project's own rules, without the types that this one does not ask for.
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
});

async function complaints(statement: string, filePath: string): Promise<number> {
  const code = `import type { Database } from './connections.ts';\nexport const run = (sql: Database, id: string) => ${statement};\n`;
  const [result] = await eslint.lintText(code, { filePath });
  return result?.messages.length ?? 0;
}

test.each([
  'sql.unsafe(id)',
  "sql['unsafe'](id)",
  '((from: { unsafe: (text: string) => unknown }) => { const { unsafe } = from; return unsafe(id); })(sql)',
  'sql.file(id)',
  'sql([id] as unknown as TemplateStringsArray)',
  '`select name from users where id = ${id}`',
  "'delete from users where id = ' + id",
])('lint refuses %s', { timeout: 60_000 }, async (statement) => {
  expect(await complaints(statement, 'server/database/enter.ts')).toBeGreaterThan(0);
  expect(await complaints(statement, 'db/testing.ts')).toBeGreaterThan(0);
});

test('lint lets a statement with parameters pass', { timeout: 60_000 }, async () => {
  expect(await complaints('sql`select name from ${sql(id)} where id = ${id}`', 'server/database/enter.ts')).toBe(0);
});
