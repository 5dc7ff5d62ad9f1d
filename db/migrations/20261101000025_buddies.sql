-- migrate:up
set local role studystreaks_owner;

-- Three or four children of one class who cheer each other on.
create table buddy_groups (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (id) stored,
  class_id uuid not null,
  name text not null constraint buddy_groups_name_length check (char_length(name) between 1 and 40),
  -- How full the shared jar is: derived, and never by whom.
  jar integer not null default 0 constraint buddy_groups_jar_positive check (jar >= 0),
  formed_by uuid,
  dissolved_at timestamptz,
  created_at timestamptz not null default now(),
  constraint buddy_groups_pkey primary key (school_id, id),
  constraint buddy_groups_of_class unique (school_id, class_id, id),
  constraint buddy_groups_class_fkey foreign key (school_id, class_id) references classes (school_id, id) on delete cascade
);
comment on table buddy_groups is 'Groups of three or four children of one class, formed by a teacher.';

call app.isolate('buddy_groups');
create policy reader on buddy_groups for select to authenticated_user using (app.reaches('group.read', scope_id));
create policy author on buddy_groups for insert to authenticated_user with check (app.reaches('group.form', class_id));
create policy changer on buddy_groups for update to authenticated_user
  using (app.reaches('group.form', class_id)) with check (app.reaches('group.form', class_id));
grant select on buddy_groups to authenticated_user;
-- No formed_by: it follows from the session.
grant insert (school_id, id, class_id, name) on buddy_groups to authenticated_user;
-- No class_id: a group of another class is another group. No delete: a group is dissolved.
grant update (name, dissolved_at) on buddy_groups to authenticated_user;
grant select, update (jar) on buddy_groups to background_worker;

create table buddy_group_students (
  school_id uuid not null,
  id uuid not null,
  group_id uuid not null,
  scope_id uuid not null generated always as (group_id) stored,
  class_id uuid not null,
  student_id uuid not null,
  -- Null while a member. Leaving is silent: nobody is told.
  left_at timestamptz,
  created_at timestamptz not null default now(),
  constraint buddy_group_students_pkey primary key (school_id, id),
  constraint buddy_group_students_once unique (school_id, group_id, student_id),
  constraint buddy_group_students_group_fkey foreign key (school_id, class_id, group_id)
    references buddy_groups (school_id, class_id, id) on delete cascade,
  constraint buddy_group_students_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade
);
comment on table buddy_group_students is 'Who belongs, or belonged, to a buddy group.';
-- One group at a time.
create unique index idx_buddy_group_students_current on buddy_group_students (school_id, student_id) where left_at is null;

call app.isolate('buddy_group_students');
create policy reader on buddy_group_students for select to authenticated_user using (app.reaches('group.read', scope_id));
create policy author on buddy_group_students for insert to authenticated_user with check (app.reaches('group.form', class_id));
create policy changer on buddy_group_students for update to authenticated_user
  using (app.reaches('group.form', class_id)) with check (app.reaches('group.form', class_id));
create policy leaver on buddy_group_students for update to authenticated_user
  using (student_id = app.current_user_id()) with check (student_id = app.current_user_id());
grant select on buddy_group_students to authenticated_user;
grant insert (school_id, id, group_id, class_id, student_id) on buddy_group_students to authenticated_user;
-- No delete: who has left is no member, and what they cheered stays theirs.
grant update (left_at) on buddy_group_students to authenticated_user;
grant select on buddy_group_students to background_worker;

create table buddy_cheers (
  school_id uuid not null,
  id uuid not null,
  group_id uuid not null,
  scope_id uuid not null generated always as (group_id) stored,
  student_id uuid not null,
  -- One of 24 spoken phrases: no words of one's own, no pictures, no links.
  phrase integer not null constraint buddy_cheers_phrase_known check (phrase between 1 and 24),
  created_at timestamptz not null default now(),
  constraint buddy_cheers_pkey primary key (school_id, id),
  -- A cheer comes from a member of the group.
  constraint buddy_cheers_member_fkey foreign key (school_id, group_id, student_id)
    references buddy_group_students (school_id, group_id, student_id) on delete cascade
);
comment on table buddy_cheers is 'Cheers from a member to the buddy group: a phrase by its number.';
create index idx_buddy_cheers_group on buddy_cheers (school_id, group_id, created_at);

call app.isolate('buddy_cheers');
create policy reader on buddy_cheers for select to authenticated_user using (app.reaches('group.read', scope_id));
create policy author on buddy_cheers for insert to authenticated_user
  with check (app.reaches('cheer.send', group_id) and student_id = app.current_user_id());
grant select on buddy_cheers to authenticated_user;
-- No update, no delete: append only; retention removes them after 90 days.
grant insert (school_id, id, group_id, student_id, phrase) on buddy_cheers to authenticated_user;
grant select, delete on buddy_cheers to background_worker;

create function app.form_group() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
begin
  if requester is null then
    return new;
  end if;
  -- Security: scope before existence.
  if not coalesce(app.reaches('group.form', new.class_id), false) then
    raise exception 'this class is out of reach' using errcode = 'insufficient_privilege';
  end if;
  if not (select has_buddy_groups from public.schools where school_id = new.school_id) then
    raise exception 'this school has no buddy groups' using errcode = 'check_violation';
  end if;
  new.formed_by := requester;
  return new;
end
$$;

create function app.join_group() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if app.current_user_id() is not null and not coalesce(app.reaches('group.form', new.class_id), false) then
    raise exception 'this class is out of reach' using errcode = 'insufficient_privilege';
  end if;
  -- One answer for a child of another class and one that is not there.
  if not exists (
    select from public.class_students member
    where member.school_id = new.school_id and member.class_id = new.class_id and member.student_id = new.student_id and member.is_current
  ) or exists (
    select from public.buddy_groups
    where school_id = new.school_id and id = new.group_id and dissolved_at is not null
  ) then
    raise exception 'there is no such child, or no such group, in this class' using errcode = 'foreign_key_violation';
  end if;
  return new;
end
$$;

-- Whoever has left, and whatever was dissolved, has done so once, and now: a request does not date it.
create function app.leave_once() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if (to_jsonb(old) ->> tg_argv[0]) is not null then
    raise exception 'what has ended does not begin again' using errcode = 'check_violation';
  end if;
  if app.current_user_id() is not null then
    new := jsonb_populate_record(new, jsonb_build_object(tg_argv[0], now()));
  end if;
  return new;
end
$$;

create trigger form before insert on buddy_groups for each row execute function app.form_group();
create trigger dissolve before update on buddy_groups for each row
when (old.dissolved_at is distinct from new.dissolved_at) execute function app.leave_once('dissolved_at');
create trigger join_group before insert on buddy_group_students for each row execute function app.join_group();
create trigger leave before update on buddy_group_students for each row
when (old.left_at is distinct from new.left_at) execute function app.leave_once('left_at');
create trigger keep_ends before update of school_id, id, group_id, class_id, student_id on buddy_group_students for each row
when ((old.school_id, old.id, old.group_id, old.class_id, old.student_id)
  is distinct from (new.school_id, new.id, new.group_id, new.class_id, new.student_id))
execute function app.keep_ends();

-- A dissolved group sets its members free for another.
create function app.free_members() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.buddy_group_students set left_at = now() where school_id = new.school_id and group_id = new.id and left_at is null;
  return null;
end
$$;

create trigger free_members after update on buddy_groups for each row
when (old.dissolved_at is null and new.dissolved_at is not null) execute function app.free_members();

-- Three or four when a group is formed or joined, at commit. Leaving is always free: a group that is left small is the
-- teacher's to fill up or dissolve.
create function app.check_group_size() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  formed uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  if exists (select from public.buddy_groups where school_id = new.school_id and id = formed and dissolved_at is null)
    and (select count(*) from public.buddy_group_students where school_id = new.school_id and group_id = formed and left_at is null)
      not between 3 and 4 then
    raise exception 'a buddy group has three or four children' using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create constraint trigger size after insert on buddy_groups
deferrable initially deferred for each row execute function app.check_group_size('id');
create constraint trigger size after insert on buddy_group_students
deferrable initially deferred for each row execute function app.check_group_size('group_id');

call app.follow('buddy_groups', 'stamp', 'app.stamp(''group'', ''groups'')');
call app.follow('buddy_group_students', 'touch', 'app.touch(''groups'', ''group_id'')');
call app.follow('buddy_cheers', 'stamp', 'app.stamp(''group'', ''cheers'')');

-- The first names and pictures of a group stand in its document.
create function app.touch_groups_of() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select new.school_id, 'touched', array['groups'], array_agg(group_id)
  from public.buddy_group_students where school_id = new.school_id and student_id = new.id and left_at is null
  having count(*) > 0;
  return null;
end
$$;

create trigger touch_groups after update on users for each row
when (old.first_name_encrypted is distinct from new.first_name_encrypted) execute function app.touch_groups_of();
create trigger touch_groups after update on students for each row
when (old.avatar is distinct from new.avatar) execute function app.touch_groups_of();

-- First names of the members of groups that the person may read: nothing else of a buddy is anybody's to see.
create function app.group_members(groups uuid[])
returns table (group_id uuid, student_id uuid, first_name_encrypted bytea, avatar text)
language sql stable security definer set search_path = ''
as $$
  select membership.group_id, student.id, person.first_name_encrypted, student.avatar
  from public.buddy_group_students membership
  join public.students student on student.school_id = membership.school_id and student.id = membership.student_id
  join public.users person on person.school_id = student.school_id and person.id = student.id
  where membership.school_id = app.current_school_id() and membership.group_id = any (groups) and membership.left_at is null
    and app.reaches('group.read', membership.group_id)
$$;

grant execute on function app.group_members(uuid[]) to authenticated_user;

-- Who reads a group follows from these.
create function app.queue_group() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, (
    select array_agg(around.id) from (
      select teacher_id as id from public.teacher_classes where school_id = changed.school_id and class_id = changed.class_id
      union all
      select user_id from public.user_roles
      where school_id = changed.school_id
        and (scope_kind = 'school' or (scope_kind = 'class' and scope_target = changed.class_id))
    ) around
  ));
  return null;
end
$$;

create function app.queue_buddy() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, app.users_around_student(changed.school_id, changed.student_id));
  return null;
end
$$;

create trigger queue_grants after insert or delete on buddy_groups for each row execute function app.queue_group();
-- Its members are set free with it, and are queued by that.
create trigger queue_grants_again after update on buddy_groups for each row
when (old.dissolved_at is distinct from new.dissolved_at) execute function app.queue_group();
create trigger queue_grants after insert or update or delete on buddy_group_students for each row execute function app.queue_buddy();
create trigger queue_grants_again after update on schools for each row
when (old.has_buddy_groups is distinct from new.has_buddy_groups) execute function app.queue_school();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger queue_grants_again on schools;
drop function app.queue_buddy(), app.queue_group() cascade;
drop function app.group_members(uuid[]);
drop function app.touch_groups_of() cascade;
drop table buddy_cheers, buddy_group_students, buddy_groups;
drop function app.check_group_size(), app.free_members(), app.leave_once(), app.join_group(), app.form_group();

reset role;
