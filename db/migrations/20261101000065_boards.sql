-- migrate:up
set local role studystreaks_owner;

-- What a child has said: whether the own first name may stand on a board. No by itself, and nobody else's to say.
alter table students add column shows_on_boards boolean not null default false;
call app.audit('students');

create policy self on students for update to authenticated_user
  using (id = app.current_user_id()) with check (id = app.current_user_id());
-- Nothing else of a profile is the child's to change.
grant select (shows_on_boards), update (shows_on_boards) on students to authenticated_user;

-- The school has switched boards on, a guardian agrees with nobody against it, the child said yes, and is here: all of them, now.
create function app.is_on_boards(school uuid, student uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.students child
    join public.users person on person.school_id = child.school_id and person.id = child.id and person.status = 'active'
    join public.schools place on place.school_id = child.school_id and place.leaderboard <> 'off'
    where child.school_id = school and child.id = student and child.shows_on_boards
  ) and app.has_consent(school, student, 'leaderboard')
$$;

grant execute on function app.is_on_boards(uuid, uuid) to background_worker;

-- The children of a class whose first names its board may show at this moment: whatever a board's figures still say, a name that
-- is not among these is nobody's to see. For the children of the class and for its teachers, whose devices have its register;
-- not for families, nor for a device that stands about.
create function app.board_names(class uuid)
returns table (student_id uuid, first_name_encrypted bytea, avatar text)
language sql stable security definer set search_path = ''
as $$
  select child.id, person.first_name_encrypted, child.avatar
  from public.class_students member
  join public.students child on child.school_id = member.school_id and child.id = member.student_id and child.shows_on_boards
  join public.users person on person.school_id = child.school_id and person.id = child.id
  where member.school_id = app.current_school_id() and member.class_id = class and member.is_current
    and case app.current_user_kind()
      when 'student' then exists (
        select from public.class_students own
        where own.school_id = member.school_id and own.class_id = class and own.student_id = app.current_user_id() and own.is_current
      )
      when 'teacher' then exists (
        select from public.access_grants grants
        where grants.school_id = member.school_id and grants.user_id = app.current_user_id() and grants.audience = 'class_staff'
          and grants.scope_id = class and grants.on_device and grants.to_version is null
          and (grants.expires_at is null or grants.expires_at > now())
      )
      else false
    end
    and app.is_on_boards(member.school_id, child.id)
$$;

grant execute on function app.board_names(uuid) to authenticated_user;

-- What boards follow from beside homework, so that they are written anew after each of these: the three yeses …
create trigger derive_shown after update of shows_on_boards on students for each row
when (old.shows_on_boards is distinct from new.shows_on_boards) execute function app.derive_own();

create function app.derive_consents() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(decided.school_id, array_agg(distinct decided.student_id))
  from changed decided where decided.purpose = 'leaderboard' group by decided.school_id;
  return null;
end
$$;

call app.follow('student_consents', 'derive', 'app.derive_consents()');
-- Whose word counts changes with who has parental responsibility today.
call app.follow('parent_students', 'derive', 'app.derive_students()');

create function app.derive_school() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, (select array_agg(id) from public.students where school_id = new.school_id));
  return null;
end
$$;

create trigger derive_boards after update of leaderboard on schools for each row
when (old.leaderboard is distinct from new.leaderboard) execute function app.derive_school();

-- … who is in a class, for those who are still in it, and who is at the school at all.
create function app.derive_classmates() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(member.school_id, array_agg(distinct member.student_id))
  from public.class_students member
  where member.is_current and (member.school_id, member.class_id) in (select school_id, class_id from changed)
  group by member.school_id;
  return null;
end
$$;

create trigger derive_classmates after delete on class_students referencing old table as changed
for each statement execute function app.derive_classmates();
create trigger derive_boards after update of status on users for each row
when (new.kind = 'student' and old.status is distinct from new.status) execute function app.derive_own();

-- A class whose garden is in full bloom has brought its children a badge, once the week is over.
create function app.derive_garden() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, (
    select array_agg(student_id) from public.class_students
    where school_id = new.school_id and class_id = new.class_id and from_on <= new.monday + 6 and coalesce(until_on, 'infinity') >= new.monday));
  return null;
end
$$;

create trigger derive after insert or update of figures on leaderboards for each row
when (new.kind = 'garden' and new.class_id is not null and new.figures ->> 'stage' = '4') execute function app.derive_garden();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger derive on leaderboards;
drop trigger derive_boards on users;
drop trigger derive_classmates on class_students;
drop trigger derive_boards on schools;
drop trigger derive_added on parent_students;
drop trigger derive_removed on parent_students;
drop trigger derive_changed on parent_students;
drop trigger derive_added on student_consents;
drop trigger derive_removed on student_consents;
drop trigger derive_changed on student_consents;
drop trigger derive_shown on students;
drop function app.derive_garden(), app.derive_classmates(), app.derive_school(), app.derive_consents(), app.board_names(uuid),
  app.is_on_boards(uuid, uuid);
revoke select (shows_on_boards), update (shows_on_boards) on students from authenticated_user;
drop policy self on students;
-- Deferred checks speak now: what follows alters tables that they read.
set constraints all immediate;
alter table students drop column shows_on_boards;
call app.audit('students');

reset role;
