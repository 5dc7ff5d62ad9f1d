-- migrate:up
set local role studystreaks_owner;

-- A group is an invitation until the child says yes: nobody's group documents show a child that has not.
alter table buddy_group_students
  -- Null: invited. Set by the child alone, once.
  add column joined_at timestamptz,
  -- Days of the child's that have put a marble into the jar. The deriver's alone: who did what is nobody's to see.
  add column marble_days date[] not null default '{}',
  add constraint buddy_group_students_joined_counts check (joined_at is not null or marble_days = '{}');
revoke select on buddy_group_students from authenticated_user;
grant select (school_id, id, group_id, scope_id, class_id, student_id, joined_at, left_at, created_at) on buddy_group_students to authenticated_user;
grant update (joined_at) on buddy_group_students to authenticated_user;
grant update (marble_days) on buddy_group_students to background_worker;

-- An invited child reads no group, but knows its own invitation; whoever has left, that they have.
create policy own on buddy_group_students for select to authenticated_user using (student_id = app.current_user_id());

alter table buddy_groups
  -- The days on which a jar was found full, oldest first.
  add column full_on date[] not null default '{}';
grant update (full_on) on buddy_groups to background_worker;

create function app.join_once() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if old.joined_at is not null or old.left_at is not null or new.left_at is not null then
    raise exception 'an invitation is answered once' using errcode = 'check_violation';
  end if;
  if app.current_user_id() is null then
    return new;
  end if;
  -- Not the teacher, not a parent: the child says yes.
  if app.current_user_id() <> old.student_id then
    raise exception 'only the child says yes' using errcode = 'insufficient_privilege';
  end if;
  if not exists (
    select from public.schools place
    join public.buddy_groups buddies on buddies.school_id = place.school_id and buddies.id = old.group_id and buddies.dissolved_at is null
    join public.class_students membership
      on membership.school_id = place.school_id and membership.class_id = buddies.class_id
      and membership.student_id = old.student_id and membership.is_current
    where place.school_id = old.school_id and place.has_buddy_groups
  ) or not app.has_consent(old.school_id, old.student_id, 'buddy_groups') then
    raise exception 'there is no such group to join' using errcode = 'insufficient_privilege';
  end if;
  new.joined_at := now();
  return new;
end
$$;

create trigger join_once before update on buddy_group_students for each row
when (old.joined_at is distinct from new.joined_at) execute function app.join_once();

-- As it is answered: what a child is invited to, and nobody else's to know. Null where there is nothing to answer.
create function app.buddy_invitation(student uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('groupId', buddies.id, 'name', buddies.name)
  from public.buddy_group_students invited
  join public.buddy_groups buddies on buddies.school_id = invited.school_id and buddies.id = invited.group_id and buddies.dissolved_at is null
  join public.schools place on place.school_id = invited.school_id and place.has_buddy_groups
  join public.class_students membership
    on membership.school_id = invited.school_id and membership.class_id = buddies.class_id
    and membership.student_id = invited.student_id and membership.is_current
  where student = app.current_user_id() and invited.school_id = app.current_school_id() and invited.student_id = student
    and invited.joined_at is null and invited.left_at is null
    and app.has_consent(invited.school_id, student, 'buddy_groups')
  limit 1
$$;
grant execute on function app.buddy_invitation(uuid) to authenticated_user;

-- The child's own document tells of the invitation, so it follows from all that one follows from. Marbles are no news for it.
create function app.touch_invited() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select changed.school_id, 'touched', array['people'], array_agg(changed.student_id)
  from changed left join before using (school_id, id)
  where (before.joined_at, before.left_at) is distinct from (changed.joined_at, changed.left_at)
  group by changed.school_id;
  return null;
end
$$;

create trigger touch_invited_changed after update on buddy_group_students
referencing new table as changed old table as before for each statement execute function app.touch_invited();
create trigger touch_invited_added after insert on buddy_group_students
referencing new table as changed for each statement execute function app.touch('people', 'student_id');
create trigger touch_invited_removed after delete on buddy_group_students
referencing old table as changed for each statement execute function app.touch('people', 'student_id');

-- Its name stands in the invitation, the school's switch decides of it.
create function app.touch_invited_of() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select new.school_id, 'touched', array['people'], array_agg(student_id)
  from public.buddy_group_students
  where school_id = new.school_id and joined_at is null and left_at is null
    and (tg_table_name = 'schools' or group_id = (to_jsonb(new) ->> 'id')::uuid)
  having count(*) > 0;
  return null;
end
$$;

create trigger touch_invited after update on buddy_groups for each row
when (old.name is distinct from new.name) execute function app.touch_invited_of();
create trigger touch_invited after update on schools for each row
when (old.has_buddy_groups is distinct from new.has_buddy_groups) execute function app.touch_invited_of();

-- Grants follow from belonging, not from marbles.
drop trigger queue_grants on buddy_group_students;
create trigger queue_grants after insert or delete on buddy_group_students for each row execute function app.queue_buddy();
create trigger queue_grants_again after update on buddy_group_students for each row
when ((old.joined_at, old.left_at) is distinct from (new.joined_at, new.left_at)) execute function app.queue_buddy();

-- A new member's days begin to count, and a jar that is full is everybody's badge who belongs to it.
create function app.derive_member() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, array[new.student_id]);
  return null;
end
$$;

create function app.derive_members() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, (
    select array_agg(student_id) from public.buddy_group_students
    where school_id = new.school_id and group_id = new.id and joined_at is not null
  ));
  return null;
end
$$;

create trigger derive_member after update on buddy_group_students for each row
when (old.joined_at is distinct from new.joined_at) execute function app.derive_member();
create trigger derive_members after update on buddy_groups for each row
when (old.full_on is distinct from new.full_on) execute function app.derive_members();

alter table buddy_cheers
  -- The device's clock: a cheer may wait for a network.
  add column captured_at timestamptz not null default now();
grant insert (captured_at) on buddy_cheers to authenticated_user;

-- Ten a day, by the days on which they were said: whoever was offline for days loses none of them.
create function app.receive_cheer() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  zone text := (select time_zone from public.schools where school_id = new.school_id);
  said_on date := (new.captured_at at time zone zone)::date;
begin
  -- Security: scope before existence.
  if app.current_user_id() is null then
    return new;
  end if;
  if not coalesce(app.reaches('cheer.send', new.group_id), false) then
    raise exception 'this group is out of reach' using errcode = 'insufficient_privilege';
  end if;
  if new.captured_at < now() - interval '28 days' or new.captured_at > now() + interval '1 day' then
    raise exception 'a cheer is at most 28 days old' using errcode = 'check_violation';
  end if;
  -- Two devices of one child, one after the other.
  perform pg_advisory_xact_lock(hashtextextended(new.school_id::text || new.student_id::text, 7063));
  if (
    select count(*) from public.buddy_cheers
    where school_id = new.school_id and student_id = new.student_id and (captured_at at time zone zone)::date = said_on
  ) >= 10 then
    raise exception 'there are ten cheers a day' using errcode = 'SS429';
  end if;
  return new;
end
$$;

create trigger receive before insert on buddy_cheers for each row execute function app.receive_cheer();
create index idx_buddy_cheers_student on buddy_cheers (school_id, student_id, captured_at);

-- Whose a cheer is stands in its document as long as the group may know it.
create function app.touch_cheers_of() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select changed.school_id, 'touched', array['cheers'], array_agg(distinct cheer.id)
  from (select distinct school_id, student_id from changed) changed
  join public.buddy_cheers cheer on cheer.school_id = changed.school_id and cheer.student_id = changed.student_id
  group by changed.school_id;
  return null;
end
$$;

create function app.touch_cheers_of_leavers() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select changed.school_id, 'touched', array['cheers'], array_agg(cheer.id)
  from changed
  join before using (school_id, id)
  join public.buddy_cheers cheer
    on cheer.school_id = changed.school_id and cheer.student_id = changed.student_id and cheer.group_id = changed.group_id
  where before.left_at is distinct from changed.left_at
  group by changed.school_id;
  return null;
end
$$;

create trigger touch_cheers_changed after update on buddy_group_students
referencing new table as changed old table as before for each statement execute function app.touch_cheers_of_leavers();
call app.follow('student_consents', 'touch_cheers', 'app.touch_cheers_of()');
call app.follow('parent_students', 'touch_cheers', 'app.touch_cheers_of()');
call app.follow('class_students', 'touch_cheers', 'app.touch_cheers_of()');
-- Who is no longer in the class is no buddy to the others either.
call app.follow('class_students', 'touch_groups', 'app.touch_groups_of_children()');

insert into retention_defaults (entity_type, basis, period, unit, sentence) values
  ('cheers', 'created', 90, 'days', 'Cheers in buddy groups: 90 days.');

-- The log names the new columns too.
call app.audit('buddy_groups');
call app.audit('buddy_group_students');
call app.audit('buddy_cheers');

reset role;

-- migrate:down
set local role studystreaks_owner;

delete from data_retention_policies where entity_type = 'cheers';
delete from retention_defaults where entity_type = 'cheers';
drop function app.touch_cheers_of_leavers(), app.touch_cheers_of() cascade;
drop trigger touch_groups_added on class_students;
drop trigger touch_groups_removed on class_students;
drop trigger touch_groups_changed on class_students;
drop index idx_buddy_cheers_student;
drop function app.receive_cheer() cascade;
alter table buddy_cheers drop column captured_at;
drop function app.derive_members(), app.derive_member() cascade;
drop trigger queue_grants_again on buddy_group_students;
drop trigger queue_grants on buddy_group_students;
create trigger queue_grants after insert or update or delete on buddy_group_students for each row execute function app.queue_buddy();
drop function app.touch_invited_of(), app.touch_invited() cascade;
drop trigger touch_invited_added on buddy_group_students;
drop trigger touch_invited_removed on buddy_group_students;
drop function app.buddy_invitation(uuid);
drop function app.join_once() cascade;
alter table buddy_groups drop column full_on;
drop policy own on buddy_group_students;
revoke update (joined_at) on buddy_group_students from authenticated_user;
revoke select (school_id, id, group_id, scope_id, class_id, student_id, joined_at, left_at, created_at) on buddy_group_students from authenticated_user;
alter table buddy_group_students drop column joined_at, drop column marble_days;
grant select on buddy_group_students to authenticated_user;
call app.audit('buddy_groups');
call app.audit('buddy_group_students');
call app.audit('buddy_cheers');

reset role;
