-- migrate:up
set local role studystreaks_owner;

-- Why data is used, and the words that guardians were shown, every version of them: src/domain/consents/purposes.ts; a test
-- compares the newest. The same for every school.
create table consent_notices (
  purpose text not null,
  version integer not null constraint consent_notices_version_positive check (version >= 1),
  lawful_basis text not null constraint consent_notices_basis_known check (lawful_basis in ('public_task', 'consent')),
  sentence text not null,
  constraint consent_notices_pkey primary key (purpose, version)
);

insert into consent_notices (purpose, version, lawful_basis, sentence) values
  ('homework', 1, 'public_task', 'The school sets homework, keeps what your child hands in and tells how it went.'),
  ('photo', 1, 'consent', 'Your child may hand in photos of homework.'),
  ('audio', 1, 'consent', 'Your child may hand in recordings of their voice.'),
  ('leaderboard', 1, 'consent', 'Your child’s first name and effort this week may stand on the class’s board.'),
  ('buddy_groups', 1, 'consent', 'Your child may be in a buddy group, whose children see each other’s first names and send each other cheers.'),
  ('sharing', 1, 'consent', 'Your child’s work may be shown to the class or in the school, with the first name.');

grant select on consent_notices to authenticated_user, background_worker;

-- What guardians said, one row a decision. No foreign keys to people: it stands a year longer than the child's profile, to
-- show what was done with whose consent.
create table student_consents (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  guardian_id uuid not null,
  purpose text not null,
  notice_version integer not null,
  decision text not null constraint student_consents_decision_known check (decision in ('given', 'withdrawn')),
  decided_at timestamptz not null default now(),
  -- Set when the child's profile is erased: the year counts from it.
  left_on date,
  created_at timestamptz not null default now(),
  constraint student_consents_pkey primary key (school_id, id),
  constraint student_consents_school_fkey foreign key (school_id) references schools (school_id) on delete restrict
);
create index idx_student_consents_student on student_consents (school_id, student_id, purpose);

call app.isolate('student_consents');
-- Not the child, not the other guardian: what counts stands in the child's own document, who said it does not.
create policy own on student_consents for select to authenticated_user using (guardian_id = app.current_user_id());
create policy staff on student_consents for select to authenticated_user using (app.reaches('student_staff.read', scope_id));
create policy guardian on student_consents for insert to authenticated_user
  with check (app.reaches('consent.give', student_id) and guardian_id = app.current_user_id());
grant select (school_id, id, student_id, scope_id, guardian_id, purpose, notice_version, decision, decided_at, created_at)
  on student_consents to authenticated_user;
-- No decided_at: the server's time. No update, no delete: append only, a withdrawal is another row.
grant insert (school_id, id, student_id, guardian_id, purpose, notice_version, decision) on student_consents to authenticated_user;
grant select on student_consents to background_worker;

insert into permissions (name, audience, kind, sentence) values
  ('consent.give', 'student', 'write', 'Give and withdraw consents for one’s child.');
insert into role_template_permissions (role_name, permission, on_device) values ('parent', 'consent.give', true);
insert into role_permissions (school_id, role_id, permission, on_device)
select school_id, id, 'consent.give', true from roles where is_template and name = 'parent';

-- What a child's data may be used for with consent: src/domain/consents/effective.ts, compared by a test. The latest decision
-- of each guardian counts, of one moment the withdrawal; one no is a no, and so is nothing.
create function app.consents(school uuid, student uuid) returns text[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(purpose order by purpose), '{}')
  from (
    select latest.purpose
    from (
      select distinct on (consent.purpose, consent.guardian_id) consent.purpose, consent.decision
      from public.student_consents consent
      where consent.school_id = school and consent.student_id = student
        and exists (
          select from public.parent_students guardianship
          where guardianship.school_id = school and guardianship.student_id = student and guardianship.parent_id = consent.guardian_id
            and guardianship.is_current and guardianship.has_parental_responsibility
        )
      order by consent.purpose, consent.guardian_id, consent.decided_at desc, consent.decision desc
    ) latest
    group by latest.purpose
    having bool_and(latest.decision = 'given')
  ) standing
$$;

create function app.has_consent(school uuid, student uuid, asked_purpose text) returns boolean
language sql stable security definer set search_path = ''
as $$ select asked_purpose = any (app.consents(school, student)) $$;

-- The same in the transaction's own school. Security: a person learns nothing of a child out of reach, a job nothing of
-- another school.
create function app.consents(student uuid) returns text[]
language sql stable security definer set search_path = ''
as $$
  select case
    when app.current_user_id() is null then app.consents(app.current_tenant(), student)
    when app.reaches('student.read', student) then app.consents(app.current_school_id(), student)
    else '{}'
  end
$$;

create function app.has_consent(student uuid, asked_purpose text) returns boolean
language sql stable security definer set search_path = ''
as $$ select asked_purpose = any (app.consents(student)) $$;

comment on function app.has_consent(uuid, uuid, text) is
  'For definer functions that follow from consents, such as the grants of buddy groups: school, child, purpose.';
grant execute on function app.has_consent(uuid, text), app.consents(uuid) to authenticated_user, background_worker;

-- Who decides, when, and on which words.
create function app.receive_consent() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Security: scope before existence.
  if app.current_user_id() is not null then
    if not coalesce(app.reaches('consent.give', new.student_id), false) or not exists (
      select from public.parent_students guardianship
      where guardianship.school_id = new.school_id and guardianship.student_id = new.student_id
        and guardianship.parent_id = app.current_user_id() and guardianship.is_current and guardianship.has_parental_responsibility
    ) then
      raise exception 'only a guardian with parental responsibility decides for a child' using errcode = 'insufficient_privilege';
    end if;
    -- Not the transaction's time: of two decisions that overlap the later one counts.
    new.decided_at := clock_timestamp();
  end if;
  if not exists (
    select from public.consent_notices notice
    where notice.purpose = new.purpose and notice.version = new.notice_version and notice.lawful_basis = 'consent'
  ) then
    raise exception 'there is no such notice to consent to' using errcode = 'foreign_key_violation';
  end if;
  return new;
end
$$;

create trigger receive before insert on student_consents for each row execute function app.receive_consent();

-- A decision acts at commit: the child's document says so, and for buddies, whose grants follow from it, these are worked
-- out anew.
create function app.follow_consents() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_grants(decided.school_id, app.users_around_student(decided.school_id, decided.student_id))
  from (select distinct school_id, student_id from changed where purpose = 'buddy_groups') decided;
  return null;
end
$$;

call app.follow('student_consents', 'touch', 'app.touch(''people'', ''student_id'')');
call app.follow('student_consents', 'grants', 'app.follow_consents()');
-- Whose word counts changes with who has parental responsibility today.
call app.follow('parent_students', 'touch_consents', 'app.touch(''people'', ''student_id'')');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger touch_consents_added on parent_students;
drop trigger touch_consents_removed on parent_students;
drop trigger touch_consents_changed on parent_students;
drop table student_consents;
drop function app.follow_consents(), app.receive_consent(), app.has_consent(uuid, text), app.consents(uuid),
  app.has_consent(uuid, uuid, text), app.consents(uuid, uuid);
delete from role_permissions where permission = 'consent.give';
delete from role_template_permissions where permission = 'consent.give';
delete from permissions where name = 'consent.give';
drop table consent_notices;

reset role;
