-- migrate:up
set local role studystreaks_owner;

-- What a teacher gives is told to the whole school; what a rule gives is in every app already.
create function app.stamp_badges() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select school_id, case tg_op when 'DELETE' then 'gone' else 'stamped' end, array['school'], array_agg(id), 'school', array_agg(school_id)
  from changed where given_by = 'teacher' group by school_id;
  return null;
end
$$;

call app.follow('badges', 'stamp', 'app.stamp_badges()');
insert into stamps_due (school_id, kind, collections, documents, audience, scopes)
select school_id, 'stamped', array['school'], array_agg(id), 'school', array_agg(school_id)
from badges where given_by = 'teacher' group by school_id;

-- A badge shows in the child's progress, which is derived first where there is none yet.
call app.follow('student_badges', 'derive', 'app.derive_students()', null);

alter table commands drop constraint commands_kind_known,
  add constraint commands_kind_known check (
    kind in ('move_completion', 'flag_to_safeguarding_lead', 'place_on_level', 'dissolve_buddy_group', 'give_badge'));

-- How many children have each of the school's badges, for whoever makes them: a number, and of whom is not said.
create function app.badge_holders() returns table (badge_id uuid, children integer)
language sql stable security definer set search_path = ''
as $$
  select given.badge_id, count(*)::integer
  from public.student_badges given
  where given.school_id = app.current_school_id() and app.reaches('badge.manage', app.current_school_id())
  group by given.badge_id
$$;

grant execute on function app.badge_holders() to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.badge_holders();
delete from commands where kind = 'give_badge';
alter table commands drop constraint commands_kind_known,
  add constraint commands_kind_known check (
    kind in ('move_completion', 'flag_to_safeguarding_lead', 'place_on_level', 'dissolve_buddy_group'));
drop trigger derive_added on student_badges;
drop trigger derive_removed on student_badges;
drop function app.stamp_badges() cascade;
delete from sync_index where collection = 'school' and document_id in (select id from badges);

reset role;
