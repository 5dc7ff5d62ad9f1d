-- migrate:up
set local role studystreaks_owner;

-- What a teacher says with a mark is a file like those of the homework, and comes as they do; but it is the teacher's voice and not
-- the child's, so that no consent is asked for it, and none that is withdrawn takes it.
alter table completion_reviews
  -- No reference: the review stays when its file has gone.
  add column voice_id uuid,
  add constraint completion_reviews_voice_of_verdict check (voice_id is null or verdict in ('approved', 'returned'));
grant insert (voice_id) on completion_reviews to authenticated_user;
call app.audit('completion_reviews');

alter table evidence
  -- Whoever says it; null for what the child has made. No reference: a teacher may be gone before the child.
  add column reviewer_id uuid,
  add constraint evidence_voice_is_audio check (reviewer_id is null or kind = 'audio');
-- No insert, no update of reviewer_id: it comes into being with the review.
call app.audit('evidence');

-- The child's files are for whoever may add to the homework, a teacher's voice for that teacher alone.
alter policy changer on evidence
  using (app.reaches('evidence.create', student_id) and reviewer_id is null)
  with check (app.reaches('evidence.create', student_id) and reviewer_id is null);
create policy reviewer on evidence for update to authenticated_user
  using (app.reaches('completion.review', student_id) and reviewer_id = app.current_user_id())
  with check (app.reaches('completion.review', student_id) and reviewer_id = app.current_user_id());

-- A review names its voice (S25), which comes into being with it, and is withdrawn with the mark that is taken back. An id that
-- belongs elsewhere is left alone: here it is a file that never comes.
create function app.declare_voice() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.voice_id is not null then
    insert into public.evidence (school_id, id, completion_id, student_id, kind, state, reviewer_id)
    values (new.school_id, new.voice_id, new.completion_id, new.student_id, 'audio', 'expected', new.reviewer_id)
    on conflict (school_id, id) do nothing;
  end if;
  update public.evidence file set state = 'withdrawn', refusal = null, storage_key = null
  from public.completion_reviews undone
  where new.restores is not null and undone.school_id = new.school_id and undone.id = new.restores
    and file.school_id = new.school_id and file.id = undone.voice_id and file.completion_id = new.completion_id
    and file.reviewer_id is not null and file.state <> 'withdrawn';
  return null;
end
$$;

create trigger declare_voice after insert on completion_reviews for each row
when (new.voice_id is not null or new.restores is not null) execute function app.declare_voice();

-- As before, but for what teachers say.
create or replace function app.declare_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  wanted uuid[] := case when new.evidence_kind in ('photo', 'audio') then new.evidence_ids else '{}' end;
  known uuid[] := '{}';
begin
  if tg_op = 'UPDATE' then
    update public.evidence file set state = 'withdrawn', refusal = null, storage_key = null
    where file.school_id = new.school_id and file.completion_id = new.id and file.state <> 'withdrawn' and file.reviewer_id is null
      and (file.id <> all (wanted) or file.kind <> new.evidence_kind);
    if old.evidence_kind = new.evidence_kind then
      known := old.evidence_ids;
    end if;
  end if;
  insert into public.evidence as file (school_id, id, completion_id, student_id, kind, state, refusal)
  select new.school_id, named.file_id, new.id, new.student_id, new.evidence_kind,
    case when consent.is_given then 'expected' else 'refused' end, case when not consent.is_given then 'no_consent' end
  from (select distinct unnest(wanted) as file_id) named
  cross join (select app.has_consent(new.school_id, new.student_id, new.evidence_kind) as is_given) consent
  where named.file_id <> all (known)
  order by named.file_id
  on conflict (school_id, id) do update set kind = excluded.kind, state = excluded.state, refusal = excluded.refusal
    where file.completion_id = excluded.completion_id and file.state = 'withdrawn' and file.reviewer_id is null;
  return null;
end
$$;

create or replace function app.withdraw_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.evidence file
  set state = case file.state when 'ready' then 'withdrawn' else 'refused' end,
    refusal = case when file.state <> 'ready' then 'no_consent' end,
    storage_key = null
  from (select distinct school_id, student_id from changed) concerned
  where file.school_id = concerned.school_id and file.student_id = concerned.student_id and file.state in ('expected', 'uploading', 'ready')
    and file.reviewer_id is null
    and not app.has_consent(file.school_id, file.student_id, file.kind);
  return null;
end
$$;

create or replace function app.hold_for_move(moved uuid, from_student uuid, to_student uuid) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  standing public.homework_completions;
begin
  -- Security: scope before existence, of both children.
  if not coalesce(from_student <> to_student and app.reaches('completion.review', from_student)
    and app.reaches('completion.review', to_student) and app.reaches('completion.create', to_student), false) then
    return 'not_allowed';
  end if;
  select * into standing from public.homework_completions
  where school_id = school and id = moved and student_id = from_student for update;
  if not found then
    return 'unknown_reference';
  end if;
  if standing.moved_away_at is not null then
    return case when exists (
      select from public.homework_completions anew
      where anew.school_id = school and anew.moved_from = moved and anew.student_id = to_student and anew.moved_away_at is null
    ) then 'already_done' else 'already_moved' end;
  end if;
  if exists (
    select from public.completion_reviews review
    where review.school_id = school and review.completion_id = moved and review.verdict = 'void' and not exists (
      select from public.completion_reviews undo
      where undo.school_id = school and undo.completion_id = moved and undo.restores = review.id
    )
  ) then
    return 'already_set_aside';
  end if;
  if not exists (
    select from public.students child
    where child.school_id = school and child.id = to_student and (child.left_on is null or child.left_on >= app.today(school))
  ) then
    return 'not_on_roll';
  end if;
  if not exists (
    select from public.clubs club
    join public.students child on child.school_id = club.school_id and child.year_group = any (club.year_groups)
    where club.school_id = school and club.id = standing.club_id and child.id = to_student
  ) then
    return 'not_in_club';
  end if;
  -- Whoever withdraws a consent now finds these with the other child.
  perform from public.evidence file where file.school_id = school and file.completion_id = moved order by file.id for update;
  if exists (
    select from public.evidence file
    where file.school_id = school and file.completion_id = moved and file.state in ('expected', 'uploading')
  ) then
    return 'files_on_their_way';
  end if;
  if exists (
    select from public.evidence file
    where file.school_id = school and file.completion_id = moved and file.state = 'ready'
      and file.reviewer_id is null and not app.has_consent(school, to_student, file.kind)
  ) then
    return 'no_consent_there';
  end if;
  return 'ready';
end
$$;

create or replace function app.remove_work(asked uuid) returns boolean
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
  where school_id = school and student_id = request.student_id and completion_id = request.completion_id and kind = request.topic
    and reviewer_id is null;
  update public.homework_completions
  set evidence_kind = 'show_in_class', evidence_ids = '{}',
    written_work_encrypted = case when request.topic = 'written' then null else written_work_encrypted end
  where school_id = school and student_id = request.student_id and id = request.completion_id and evidence_kind = request.topic;
  return true;
end
$$;

-- Moves a piece with what its teachers said of it: { voices: [{ was, id, review, key }] } beside the rest of `anew`, each named by
-- the review that is written for the right child. One that has not come, or was not kept, is not named any more.
alter function app.move_completion(uuid, uuid, uuid, jsonb) rename to move_piece;
revoke execute on function app.move_piece(uuid, uuid, uuid, jsonb) from authenticated_user;

create function app.move_completion(moved uuid, from_student uuid, to_student uuid, anew jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  target uuid := (anew ->> 'id')::uuid;
  voices public.evidence[];
begin
  select coalesce(array_agg(file), '{}') into voices from public.evidence file
  where file.school_id = school and file.completion_id = moved and file.reviewer_id is not null and file.state = 'ready';
  perform app.move_piece(moved, from_student, to_student, anew);
  insert into public.evidence (school_id, id, completion_id, student_id, kind, state, media_type, bytes, sha256, duration_ms, storage_key,
    file_key_encrypted, arrived_at, sealed_as, reviewer_id)
  select school, carried.id, target, to_student, was.kind, was.state, was.media_type, was.bytes, was.sha256, was.duration_ms,
    was.storage_key, carried.key, was.arrived_at, coalesce(was.sealed_as, was.id), was.reviewer_id
  from jsonb_to_recordset(anew -> 'voices') as carried (was uuid, id uuid, key bytea)
  join unnest(voices) was on was.id = carried.was;
  update public.completion_reviews review set voice_id = carried.id
  from jsonb_to_recordset(anew -> 'voices') as carried (was uuid, id uuid, review uuid)
  join unnest(voices) was on was.id = carried.was
  where review.school_id = school and review.id = carried.review and review.completion_id = target;
  -- These were not left behind: they have another row.
  delete from public.evidence_leftovers
  where school_id = school and storage_key in (select storage_key from public.evidence where school_id = school and completion_id = target);
end
$$;

grant execute on function app.move_completion(uuid, uuid, uuid, jsonb) to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.move_completion(uuid, uuid, uuid, jsonb);
alter function app.move_piece(uuid, uuid, uuid, jsonb) rename to move_completion;
grant execute on function app.move_completion(uuid, uuid, uuid, jsonb) to authenticated_user;
create or replace function app.remove_work(asked uuid) returns boolean
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

create or replace function app.hold_for_move(moved uuid, from_student uuid, to_student uuid) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  standing public.homework_completions;
begin
  -- Security: scope before existence, of both children.
  if not coalesce(from_student <> to_student and app.reaches('completion.review', from_student)
    and app.reaches('completion.review', to_student) and app.reaches('completion.create', to_student), false) then
    return 'not_allowed';
  end if;
  select * into standing from public.homework_completions
  where school_id = school and id = moved and student_id = from_student for update;
  if not found then
    return 'unknown_reference';
  end if;
  if standing.moved_away_at is not null then
    return case when exists (
      select from public.homework_completions anew
      where anew.school_id = school and anew.moved_from = moved and anew.student_id = to_student and anew.moved_away_at is null
    ) then 'already_done' else 'already_moved' end;
  end if;
  if exists (
    select from public.completion_reviews review
    where review.school_id = school and review.completion_id = moved and review.verdict = 'void' and not exists (
      select from public.completion_reviews undo
      where undo.school_id = school and undo.completion_id = moved and undo.restores = review.id
    )
  ) then
    return 'already_set_aside';
  end if;
  if not exists (
    select from public.students child
    where child.school_id = school and child.id = to_student and (child.left_on is null or child.left_on >= app.today(school))
  ) then
    return 'not_on_roll';
  end if;
  if not exists (
    select from public.clubs club
    join public.students child on child.school_id = club.school_id and child.year_group = any (club.year_groups)
    where club.school_id = school and club.id = standing.club_id and child.id = to_student
  ) then
    return 'not_in_club';
  end if;
  -- Whoever withdraws a consent now finds these with the other child.
  perform from public.evidence file where file.school_id = school and file.completion_id = moved order by file.id for update;
  if exists (
    select from public.evidence file
    where file.school_id = school and file.completion_id = moved and file.state in ('expected', 'uploading')
  ) then
    return 'files_on_their_way';
  end if;
  if exists (
    select from public.evidence file
    where file.school_id = school and file.completion_id = moved and file.state = 'ready'
      and not app.has_consent(school, to_student, file.kind)
  ) then
    return 'no_consent_there';
  end if;
  return 'ready';
end
$$;

create or replace function app.withdraw_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.evidence file
  set state = case file.state when 'ready' then 'withdrawn' else 'refused' end,
    refusal = case when file.state <> 'ready' then 'no_consent' end,
    storage_key = null
  from (select distinct school_id, student_id from changed) concerned
  where file.school_id = concerned.school_id and file.student_id = concerned.student_id and file.state in ('expected', 'uploading', 'ready')
    and not app.has_consent(file.school_id, file.student_id, file.kind);
  return null;
end
$$;

create or replace function app.declare_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  wanted uuid[] := case when new.evidence_kind in ('photo', 'audio') then new.evidence_ids else '{}' end;
  known uuid[] := '{}';
begin
  if tg_op = 'UPDATE' then
    update public.evidence file set state = 'withdrawn', refusal = null, storage_key = null
    where file.school_id = new.school_id and file.completion_id = new.id and file.state <> 'withdrawn'
      and (file.id <> all (wanted) or file.kind <> new.evidence_kind);
    if old.evidence_kind = new.evidence_kind then
      known := old.evidence_ids;
    end if;
  end if;
  insert into public.evidence as file (school_id, id, completion_id, student_id, kind, state, refusal)
  select new.school_id, named.file_id, new.id, new.student_id, new.evidence_kind,
    case when consent.is_given then 'expected' else 'refused' end, case when not consent.is_given then 'no_consent' end
  from (select distinct unnest(wanted) as file_id) named
  cross join (select app.has_consent(new.school_id, new.student_id, new.evidence_kind) as is_given) consent
  where named.file_id <> all (known)
  order by named.file_id
  on conflict (school_id, id) do update set kind = excluded.kind, state = excluded.state, refusal = excluded.refusal
    where file.completion_id = excluded.completion_id and file.state = 'withdrawn';
  return null;
end
$$;

drop function app.declare_voice() cascade;
drop policy reviewer on evidence;
alter policy changer on evidence
  using (app.reaches('evidence.create', student_id)) with check (app.reaches('evidence.create', student_id));
-- What nobody asks consent for must not become what the child has said.
delete from evidence where reviewer_id is not null;
-- Deferred checks speak now: what follows alters tables that they read.
set constraints all immediate;
alter table evidence drop column reviewer_id;
call app.audit('evidence');
alter table completion_reviews drop column voice_id;
call app.audit('completion_reviews');

reset role;
