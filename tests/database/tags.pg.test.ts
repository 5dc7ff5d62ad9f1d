import { afterAll, beforeAll, expect, test } from 'vitest';
import { tagFaults, type CatalogueColumn } from '#db/tags/faults.ts';
import { tags } from '#db/tags/index.ts';
import { plainText } from '#db/tags/plain-text.ts';
import { openWorld, type World } from './world.ts';

/** Of every column it is said what it holds, why, for how long, who is given it and how it is erased (db/tags). */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('every column of every table has a tag that makes sense', async () => {
  const columns = await world.sql<CatalogueColumn[]>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type, exists (
        select from pg_constraint con
        where con.conrelid = c.oid and con.contype = 'c' and con.conkey = array[a.attnum]
          and pg_get_constraintdef(con.oid) ~ '(= ANY \\(|<@ )ARRAY\\[|^CHECK \\(\\(\\w+ = '''
      ) as "isClosed"
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migrations'
    order by c.relname, a.attnum`;
  expect(columns.length).toBeGreaterThan(250);
  expect(tagFaults(columns, tags, plainText)).toEqual([]);
});
