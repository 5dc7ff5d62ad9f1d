import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';
import type { BadgeBody, BadgesAnswer } from './badge-schemas.ts';

/**
 * The badges that teachers give, by name, with how many children have each.
 *
 * @throws Problem `not_found` where the badges are not this person's to manage
 */
export async function listBadges(sql: Transaction): Promise<BadgesAnswer> {
  const [, badges] = await Promise.all([
    needsManager(sql),
    sql<BadgesAnswer['badges']>`
      select badge.id, badge.code, badge.name, badge.sentence, badge.picture, badge.is_active as "isActive", coalesce(held.children, 0) as children
      from badges badge
      left join app.badge_holders() held on held.badge_id = badge.id
      where badge.school_id = app.current_school_id() and badge.given_by = 'teacher'
      order by badge.name, badge.id`,
  ]);
  return { badges: [...badges] };
}

/** Makes a badge of the school's own. @returns its id @throws Problem `not_found`, `badge_name_taken` */
export async function makeBadge(sql: Transaction, { name, sentence, picture }: BadgeBody): Promise<string> {
  await needsManager(sql);
  const id = uuidv7();
  await needsFreeName(sql, id, name);
  await sql`
    insert into badges (school_id, id, name, sentence, picture, given_by)
    values (app.current_school_id(), ${id}, ${name}, ${sentence}, ${picture}, 'teacher')`;
  return id;
}

/** Changes a badge of the school's own, for those who have it too. @throws Problem `not_found`, `badge_name_taken` */
export async function changeBadge(sql: Transaction, id: string, { name, sentence, picture }: BadgeBody): Promise<void> {
  await needsManager(sql);
  await needsFreeName(sql, id, name);
  // A built-in one has the app's own words, in each of its languages.
  const changed = await sql`
    update badges set name = ${name}, sentence = ${sentence}, picture = ${picture}
    where school_id = app.current_school_id() and id = ${id} and given_by = 'teacher' and code is null`;
  if (changed.count === 0) throw new Problem('not_found');
}

/** Takes a badge that teachers give out of use, or back into use; whoever has it keeps it. @throws Problem `not_found` */
export async function setInUse(sql: Transaction, id: string, isActive: boolean): Promise<void> {
  await needsManager(sql);
  const changed = await sql`
    update badges set is_active = ${isActive} where school_id = app.current_school_id() and id = ${id} and given_by = 'teacher'`;
  if (changed.count === 0) throw new Problem('not_found');
}

async function needsManager(sql: Transaction): Promise<void> {
  const [reach] = await sql<{ isManager: boolean | null }[]>`
    select app.reaches('badge.manage', app.current_school_id()) as "isManager"`;
  if (reach?.isManager !== true) throw new Problem('not_found');
}

/** Two badges of one name could not be told apart when they are given. */
async function needsFreeName(sql: Transaction, id: string, name: string): Promise<void> {
  const taken = await sql`
    select from badges where school_id = app.current_school_id() and id <> ${id} and lower(name) = lower(${name})`;
  if (taken.length > 0) throw new Problem('badge_name_taken');
}
