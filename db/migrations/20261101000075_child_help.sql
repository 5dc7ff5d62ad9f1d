-- migrate:up
set local role studystreaks_owner;

insert into permissions (name, audience, kind, sentence) values
  ('help.ask', 'account', 'write', 'Ask one’s teachers for help or to delete something, and tell of a worry.');
insert into role_template_permissions (role_name, permission, on_device) values ('student', 'help.ask', true);
insert into role_permissions (school_id, role_id, permission, on_device)
select role.school_id, role.id, 'help.ask', true from roles role where role.is_template and role.name = 'student';

-- A child sends this one kind, and nobody else does. What it is about is in the payload alone, and so is gone once it is settled:
-- neither the device nor the books tell a worry from a question.
alter table commands drop constraint commands_kind_known,
  add constraint commands_kind_known check (kind in (
    'move_completion', 'flag_to_safeguarding_lead', 'place_on_level', 'dissolve_buddy_group', 'give_badge',
    'ask_for_help', 'answer_child_request'));
alter policy author on commands with check (user_id = app.current_user_id() and (
  (kind <> 'ask_for_help' and app.reaches('command.send', user_id)) or (kind = 'ask_for_help' and app.reaches('help.ask', user_id))));
alter policy settler on commands
  using (user_id = app.current_user_id() and (
    (kind <> 'ask_for_help' and app.reaches('command.send', user_id)) or (kind = 'ask_for_help' and app.reaches('help.ask', user_id))))
  with check (user_id = app.current_user_id() and (
    (kind <> 'ask_for_help' and app.reaches('command.send', user_id)) or (kind = 'ask_for_help' and app.reaches('help.ask', user_id))));

-- What a child asks its teachers. They see it until one has answered, and after; a family does not.
create table child_requests (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  kind text not null constraint child_requests_kind_known check (kind in ('ask', 'delete')),
  topic text not null,
  -- No references to these, nor to who answered: what a child has asked outlasts the piece, the task and the teacher.
  completion_id uuid,
  task_id uuid,
  state text not null default 'open' constraint child_requests_state_known check (state in ('open', 'answered')),
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  created_at timestamptz not null default now(),
  constraint child_requests_pkey primary key (school_id, id),
  constraint child_requests_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint child_requests_topic_of_kind check (case kind
    when 'ask' then topic in ('not_understood', 'not_at_home', 'not_working', 'talk')
    else topic in ('photo', 'audio', 'written') and completion_id is not null and task_id is null end),
  constraint child_requests_answer_of_kind check (answer is null or answer = 'talked'
    or (kind = 'delete' and answer in ('removed', 'kept_needed', 'kept_not_own'))),
  constraint child_requests_answered_by_one check (
    (state = 'answered') = (answer is not null) and (state = 'answered') = (answered_by is not null)
    and (state = 'answered') = (answered_at is not null))
);
comment on table child_requests is 'What children ask their teachers: for help, or to delete something of their own.';
create index idx_child_requests_student on child_requests (school_id, student_id);
create index idx_child_requests_answered_by on child_requests (school_id, answered_by) where answered_by is not null;
-- Pressed twice, it is asked once.
create unique index idx_child_requests_open on child_requests (
  school_id, student_id, kind, topic, (coalesce(completion_id, task_id, '00000000-0000-0000-0000-000000000000'))) where state = 'open';

call app.isolate('child_requests');
create policy reader on child_requests for select to authenticated_user using (app.reaches('student_staff.read', scope_id));
create policy own on child_requests for select to authenticated_user using (student_id = app.current_user_id());
create policy author on child_requests for insert to authenticated_user
  with check (app.reaches('help.ask', student_id) and student_id = app.current_user_id());
create policy answerer on child_requests for update to authenticated_user
  using (app.reaches('student_staff.read', student_id) and app.reaches('completion.review', student_id))
  with check (app.reaches('student_staff.read', student_id) and app.reaches('completion.review', student_id)
    and (answered_by is null or answered_by = app.current_user_id()));
grant select on child_requests to authenticated_user;
grant insert (school_id, id, student_id, kind, topic, completion_id, task_id) on child_requests to authenticated_user;
-- No kind, topic, piece: what was asked stands. No delete: it cannot vanish unanswered; retention removes it long after the answer.
grant update (state, answer, answered_by, answered_at) on child_requests to authenticated_user;
grant select (school_id, id, student_id, scope_id, kind, topic, state, answered_at, created_at), delete on child_requests to background_worker;

create function app.keep_answer() returns trigger
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'this has been answered' using errcode = 'check_violation';
end
$$;

create trigger keep_answer before update on child_requests for each row when (old.state = 'answered') execute function app.keep_answer();

-- The child is told that it has come, and what the answer is, in its own account: who looks after it is not.
create function app.tell_child() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  told text := coalesce(new.answer, 'will_look');
begin
  -- A seed has no current user, and says what it tells itself.
  if app.current_user_id() is null then
    return null;
  end if;
  insert into public.notices (school_id, id, audience, user_id, kind, code, message, collection, document_id, created_at)
  values (new.school_id, md5(new.id::text || told)::uuid, 'account', new.student_id, 'command', told,
    case told
      when 'will_look' then 'Your teacher will look at what you asked.'
      when 'talked' then 'Your teacher has talked with you about what you asked.'
      when 'removed' then 'Your teacher has deleted it.'
      when 'kept_needed' then 'Your teacher has to keep it as your school work for now.'
      when 'kept_not_own' then 'Your teacher has to keep it, because it is not yours alone.'
    end,
    case when new.completion_id is null then 'child_requests' else 'completions' end, coalesce(new.completion_id, new.id),
    coalesce(new.answered_at, new.created_at));
  return null;
end
$$;

create trigger tell_child after insert on child_requests for each row when (new.state = 'open') execute function app.tell_child();
create trigger tell_child_answer after update of answer on child_requests for each row
when (old.answer is distinct from new.answer) execute function app.tell_child();
call app.follow('child_requests', 'stamp', 'app.stamp(''student_staff'', ''child_requests'')');
call app.audit('child_requests');

-- What a child asked to have deleted is taken out of its piece; day, mark and leaf stand. Called once the request says so. False where
-- the piece has been given to the child whose it is: then nothing is deleted, and nobody may be told that it was.
create function app.remove_work(asked uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  request public.child_requests;
begin
  select * into request from public.child_requests where school_id = school and id = asked;
  -- One answer for a request out of reach and one that is not there.
  if not found or request.answer is distinct from 'removed' or request.answered_by is distinct from app.current_user_id()
    or not coalesce(app.reaches('completion.review', request.student_id), false) then
    raise exception 'this request is out of reach' using errcode = 'insufficient_privilege';
  end if;
  perform from public.homework_completions
  where school_id = school and student_id = request.student_id and id = request.completion_id and moved_away_at is not null
  for update;
  if found then
    return false;
  end if;
  delete from public.evidence
  where school_id = school and student_id = request.student_id and completion_id = request.completion_id and kind = request.topic;
  update public.homework_completions
  set evidence_kind = 'show_in_class', evidence_ids = '{}',
    written_work_encrypted = case when request.topic = 'written' then null else written_work_encrypted end
  where school_id = school and student_id = request.student_id and id = request.completion_id and evidence_kind = request.topic;
  return true;
end
$$;

grant execute on function app.remove_work(uuid) to authenticated_user;

-- As before, but that what a child asked to have deleted, and a teacher has let go, is taken out under a mark too.
create or replace function app.keep_marked() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if app.current_user_id() is not null and exists (
    select from public.completion_reviews review
    where review.school_id = old.school_id and review.completion_id = old.id
      and (tg_op = 'DELETE' or (review.verdict <> 'restored' and not exists (
        select from public.completion_reviews undo
        where undo.school_id = review.school_id and undo.completion_id = review.completion_id and undo.restores = review.id
      )))
  ) then
    if tg_op = 'UPDATE' then
      if new.evidence_kind = 'show_in_class' and new.evidence_ids = '{}'
        and (new.club_id, new.task_id, new.previous_attempt_id, new.completion_date, new.minutes, new.feeling, new.captured_at, new.clock_offset_ms)
          is not distinct from
          (old.club_id, old.task_id, old.previous_attempt_id, old.completion_date, old.minutes, old.feeling, old.captured_at, old.clock_offset_ms)
        and exists (
          select from public.child_requests request
          where request.school_id = old.school_id and request.student_id = old.student_id and request.completion_id = old.id
            and request.answer = 'removed' and request.topic = old.evidence_kind
            and new.written_work_encrypted is not distinct from
              case when request.topic = 'written' then null else old.written_work_encrypted end
        ) then
        return new;
      end if;
    end if;
    raise exception 'already_marked' using errcode = 'SS409';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;

-- A worry that a child tells of itself is a concern whose reporter is the child. The lead alone reads it: on a child's device there
-- is no list that somebody beside it could look at.
alter table safeguarding_flags
  add column about_encrypted bytea constraint safeguarding_flags_about_short check (octet_length(about_encrypted) <= 240),
  add constraint safeguarding_flags_about_of_child check (about_encrypted is null or reporter_id = student_id);
alter policy reporter on safeguarding_flags using (reporter_id = app.current_user_id() and student_id <> app.current_user_id());
create policy child on safeguarding_flags for insert to authenticated_user
  with check (app.reaches('help.ask', student_id) and student_id = app.current_user_id() and reporter_id = app.current_user_id());
grant insert (about_encrypted) on safeguarding_flags to authenticated_user;
call app.audit('safeguarding_flags');

insert into retention_defaults (entity_type, basis, period, unit, sentence) values
  ('child_requests', 'closed', 12, 'months', 'What children asked their teachers: a year after it was answered.');

reset role;

-- migrate:down
set local role studystreaks_owner;

delete from data_retention_policies where entity_type = 'child_requests';
delete from retention_defaults where entity_type = 'child_requests';

drop policy child on safeguarding_flags;
alter policy reporter on safeguarding_flags using (reporter_id = app.current_user_id());
revoke insert (about_encrypted) on safeguarding_flags from authenticated_user;
-- Deferred checks speak now: what follows alters tables that they read.
set constraints all immediate;
alter table safeguarding_flags drop column about_encrypted;
call app.audit('safeguarding_flags');

create or replace function app.keep_marked() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if app.current_user_id() is not null and exists (
    select from public.completion_reviews review
    where review.school_id = old.school_id and review.completion_id = old.id
      and (tg_op = 'DELETE' or (review.verdict <> 'restored' and not exists (
        select from public.completion_reviews undo
        where undo.school_id = review.school_id and undo.completion_id = review.completion_id and undo.restores = review.id
      )))
  ) then
    raise exception 'already_marked' using errcode = 'SS409';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;

drop function app.remove_work(uuid);
drop table child_requests;
drop function app.tell_child(), app.keep_answer(), app.audit_child_requests(), app.audit_child_requests_changed();
delete from commands where kind in ('ask_for_help', 'answer_child_request');
set constraints all immediate;
alter policy settler on commands
  using (app.reaches('command.send', user_id) and user_id = app.current_user_id())
  with check (app.reaches('command.send', user_id) and user_id = app.current_user_id());
alter policy author on commands with check (app.reaches('command.send', user_id) and user_id = app.current_user_id());
alter table commands drop constraint commands_kind_known,
  add constraint commands_kind_known check (
    kind in ('move_completion', 'flag_to_safeguarding_lead', 'place_on_level', 'dissolve_buddy_group', 'give_badge'));
delete from role_permissions where permission = 'help.ask';
delete from role_template_permissions where permission = 'help.ask';
delete from permissions where name = 'help.ask';

reset role;
