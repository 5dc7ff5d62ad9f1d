-- migrate:up
set local role studystreaks_owner;

-- What a child's work comes to, derived with the run: src/domain/collections/progress.ts says what is in it. Nothing was ever
-- written into the former badges, which had no days.
alter table student_progress drop column badges;
alter table student_progress
  -- By the badge's code, the day on which it was earned.
  add column badges jsonb not null default '{}' constraint student_progress_badges_object check (jsonb_typeof(badges) = 'object'),
  -- By club, the level that is reached and where a teacher placed the child; never why.
  add column club_levels jsonb not null default '{}'
    constraint student_progress_club_levels_object check (jsonb_typeof(club_levels) = 'object');
grant insert (badges, club_levels), update (badges, club_levels) on student_progress to background_worker;

-- A level follows from where a teacher places a child, and a step from the strands of what was set.
call app.follow('student_levels', 'derive', 'app.derive_students()');

create function app.derive_task() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, (
    select array_agg(distinct student_id) from public.homework_completions where school_id = new.school_id and task_id = new.id));
  return null;
end
$$;

create trigger derive after update of strand on homework_tasks for each row
when (old.strand is distinct from new.strand) execute function app.derive_task();

-- Everybody's, once: what is here already counts.
insert into derivations_due (school_id, student_id) select school_id, id from students;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger derive on homework_tasks;
drop function app.derive_task();
drop trigger derive_added on student_levels;
drop trigger derive_removed on student_levels;
drop trigger derive_changed on student_levels;

alter table student_progress drop column badges, drop column club_levels;
alter table student_progress add column badges text[] not null default '{}';
grant insert (badges), update (badges) on student_progress to background_worker;

reset role;
