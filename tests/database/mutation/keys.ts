import type { Mutant } from './mutant.ts';

/** Each breaks one rule of keys. The first is one that security.md was written for. */
export const keyMutants: readonly Mutant[] = [
  {
    change: 'a key is the id alone',
    statements: `
      alter table homework_completions drop constraint homework_completions_pkey cascade,
        add constraint homework_completions_pkey primary key (id)`,
    rule: 'keys.primaryKeys',
    seenBy: 'an id that another school has is free: nothing tells of it',
  },
  {
    change: 'a unique key reaches across schools',
    statements: 'create unique index idx_homework_completions_id on homework_completions (id)',
    rule: 'keys.uniqueKeys',
    seenBy: 'an id that another school has is free: nothing tells of it',
  },
  {
    change: 'a reference leaves the school out',
    statements: `
      create unique index clubs_id on clubs (id);
      alter table homework_completions drop constraint homework_completions_club_fkey,
        add constraint homework_completions_club_fkey foreign key (club_id) references clubs (id) on delete restrict`,
    rule: 'keys.foreignKeys',
    seenBy: 'a row cannot refer to another school’s',
  },
  {
    change: 'an index does not begin with the school',
    statements: 'create index idx_students_year on students (year_group)',
    rule: 'keys.indexes',
    seenBy: null,
  },
  {
    change: 'a reference sets null',
    statements: `
      alter table homework_completions drop constraint homework_completions_task_fkey, add constraint homework_completions_task_fkey
        foreign key (school_id, task_id) references homework_tasks (school_id, id) on delete set null (task_id)`,
    rule: 'keys.references',
    seenBy: null,
  },
];
