import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isolationChecks, type IsolationCheck } from './isolation/checks.ts';
import { peopleSchool, withinTransaction, type School } from './isolation/scene.ts';
import type { Mutant } from './mutation/mutant.ts';
import { mutants } from './mutation/mutants.ts';
import { rules, type RuleName } from './rules/index.ts';
import { offenders, tenantTables } from './rules/rule.ts';
import { openWorld, type Transaction, type World } from './world.ts';

/**
 * Breaks the schema in one way after another, and sees that the schema check names it and that the tests of the wall see what
 * passes through. Every mutant lives in a transaction that is taken back, changes of roles included: the cluster has other tests.
 */

let world: World;
let own: School;
let other: School;
let killed = 0;

beforeAll(async () => {
  world = await openWorld();
  own = await peopleSchool(world);
  other = await peopleSchool(world);
});
afterAll(async () => {
  console.log(`${String(killed)} of ${String(mutants.length)} mutants killed`);
  await world.close();
});

class TakenBack extends Error {
  override readonly name = 'TakenBack';
}

/** The cluster's roles are also every other test's: two that change one at the same moment do so one after the other. */
const concurrentlyUpdated = 'XX000';

async function withMutation(statements: string, look: (sql: Transaction) => Promise<void>, tries = 3): Promise<void> {
  const outcome: unknown = await world.sql
    .begin(async (sql) => {
      await sql.unsafe(statements);
      await look(sql);
      throw new TakenBack();
    })
    .catch((error: unknown) => error);
  const isBusy = outcome instanceof Error && 'code' in outcome && outcome.code === concurrentlyUpdated;
  if (isBusy && tries > 1) return withMutation(statements, look, tries - 1);
  if (!(outcome instanceof TakenBack)) throw outcome;
}

test('without a mutation all of it holds, in the way that the mutants are looked at', async () => {
  await withMutation('', async (sql) => {
    for (const [name, rule] of Object.entries(rules)) expect(await offenders(sql, rule), name).toEqual([]);
    for (const [name, check] of Object.entries(isolationChecks))
      expect(await check({ ...withinTransaction(sql), own, other }), name).toEqual([]);
  });
});

describe('a mutant is named by the schema check, and seen by the tests of the wall', () => {
  test.each(mutants)('$change', async (mutant: Mutant) => {
    await withMutation(mutant.statements, async (sql) => {
      expect(await offenders(sql, rules[mutant.rule]), 'the schema check').not.toEqual([]);
      if (mutant.seenBy !== null) {
        const check = isolationChecks[mutant.seenBy];
        expect(await check({ ...withinTransaction(sql), own, other }), mutant.seenBy).not.toEqual([]);
      }
    });
    killed++;
  });
});

test('every rule, and every test of the wall, has a mutant that breaks it', () => {
  const broken = new Set<RuleName>(mutants.map(({ rule }) => rule));
  expect(Object.keys(rules).filter((name) => !broken.has(name as RuleName))).toEqual([]);

  // These two show that there is something to see.
  const standing: IsolationCheck[] = [
    'every tenant table has rows of both schools, so that the other tests prove something',
    'somebody reads something: the walls are not just closed doors',
  ];
  const seen = new Set([...standing, ...mutants.map(({ seenBy }) => seenBy)]);
  expect(Object.keys(isolationChecks).filter((name) => !seen.has(name as IsolationCheck))).toEqual([]);
});

test('no table is forgotten: the same is noticed on each of them', async () => {
  const tables = await world.sql<
    { name: string }[]
  >`select relname as name from (${tenantTables(world.sql)}) tenant where not relispartition`;
  const changes: Record<string, RuleName> = {
    'drop policy tenant on %': 'policies.tenantPolicies',
    'drop policy worker_tenant on %': 'policies.tenantPolicies',
    'alter policy tenant on % with check (true)': 'policies.tenantPolicies',
    'alter table % no force row level security': 'tables.rowSecurity',
    'alter table % disable row level security': 'tables.rowSecurity',
    'create index on % (id)': 'keys.indexes',
    'grant truncate on % to background_worker': 'grants.privileges',
  };
  let noticed = 0;
  await withMutation('', async (sql) => {
    for (const { name } of tables) {
      for (const [change, rule] of Object.entries(changes)) {
        const taken = sql.savepoint(async (inside) => {
          await inside.unsafe(change.replace('%', name));
          const found = await offenders(inside, rules[rule]);
          expect(
            found.some((line) => line.includes(name)),
            `${change.replace('%', name)}: ${found.join()}`,
          ).toBe(true);
          noticed++;
          throw new TakenBack();
        });
        await expect(taken).rejects.toThrow(TakenBack);
      }
    }
  });
  expect(noticed).toBe(tables.length * Object.keys(changes).length);
  console.log(`${String(noticed)} changes noticed on ${String(tables.length)} tables`);
});
