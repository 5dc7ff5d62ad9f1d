-- migrate:up
set local role studystreaks_owner;

-- A piece that was logged under the wrong child is written anew under the right one (S31). What is left is a shell: a date, set
-- aside, which nobody marks, changes or takes up again.
alter table homework_completions
  add column moved_away_at timestamptz,
  -- What it belonged to at the other child and cannot here, so that it has them again when it is moved back: bare ids, in nobody's document.
  add column left_task_id uuid,
  add column left_attempt_id uuid;
create index idx_homework_moved_from on homework_completions (school_id, moved_from) where moved_from is not null;
call app.audit('homework_completions');

-- The id under which the bytes were sealed, where the file has another by now: a file that moves gets another id and its key
-- another seal, and is not written anew.
alter table evidence add column sealed_as uuid;
call app.audit('evidence');

create or replace function app.forget_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.media_type := null;
  new.bytes := null;
  new.sha256 := null;
  new.duration_ms := null;
  new.sent_bytes := null;
  new.sent_sha256 := null;
  new.file_key_encrypted := null;
  new.upload_expires_at := null;
  new.arrived_at := null;
  new.sealed_as := null;
  return new;
end
$$;

-- Holds a piece until the commit for whoever may move it. Says 'ready', 'already_done', or why it cannot be moved: src/domain/errors.ts.
create function app.hold_for_move(moved uuid, from_student uuid, to_student uuid) returns text
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

-- Moves a piece that app.hold_for_move has called ready. `anew`: the ids of what is written for the right child, and its cells
-- sealed for that child: { id, voidId, written, reviews: [{ was, id, comment }], files: [{ was, id, key }] }.
create function app.move_completion(moved uuid, from_student uuid, to_student uuid, anew jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  target uuid := (anew ->> 'id')::uuid;
  standing public.homework_completions;
  kept_task uuid;
  kept_attempt uuid;
  due date;
begin
  if app.hold_for_move(moved, from_student, to_student) <> 'ready' then
    raise exception 'this piece cannot be moved' using errcode = 'insufficient_privilege';
  end if;
  select * into strict standing from public.homework_completions where school_id = school and id = moved;
  -- A task that the right child does not have would tell whose it was.
  select task.id, task.due_on into kept_task, due from public.homework_tasks task
  where task.school_id = school and task.id in (standing.task_id, standing.left_task_id)
    and (task.student_id = to_student or exists (
      select from public.class_students member
      where member.school_id = school and member.student_id = to_student and member.class_id = task.class_id))
  order by task.id = standing.task_id desc
  limit 1;
  -- The attempt before it is the other child's, unless it comes back.
  select attempt.id into kept_attempt from public.homework_completions attempt
  where attempt.school_id = school and attempt.student_id = to_student and attempt.id = standing.left_attempt_id;

  insert into public.homework_completions (school_id, id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind,
    written_work_encrypted, evidence_ids, minutes, feeling, captured_at, clock_offset_ms)
  values (school, target, to_student, standing.club_id, kept_task, kept_attempt, standing.completion_date, standing.evidence_kind,
    (anew ->> 'written')::bytea, array(select (file.value ->> 'id')::uuid from jsonb_array_elements(anew -> 'files') with ordinality as file order by file.ordinality),
    standing.minutes, standing.feeling, standing.captured_at, standing.clock_offset_ms);
  -- As it came, and not as it moves. Neither the other family nor their device is said to have logged it.
  update public.homework_completions
  set moved_from = moved, logged_by = standing.logged_by,
    logged_by_user_id = case standing.logged_by when 'teacher' then standing.logged_by_user_id end,
    received_at = standing.received_at, effective_date = standing.effective_date, flags = standing.flags, status = standing.status,
    punctuality = app.punctuality(standing.effective_date, due),
    left_task_id = case when kept_task is null then coalesce(standing.task_id, standing.left_task_id) end,
    left_attempt_id = case when kept_attempt is null then coalesce(standing.previous_attempt_id, standing.left_attempt_id) end
  where school_id = school and id = target;

  update public.evidence file
  set state = 'ready', refusal = null, media_type = was.media_type, bytes = was.bytes, sha256 = was.sha256, duration_ms = was.duration_ms,
    storage_key = was.storage_key, file_key_encrypted = carried.key, arrived_at = was.arrived_at, sealed_as = coalesce(was.sealed_as, was.id)
  from jsonb_to_recordset(anew -> 'files') as carried (was uuid, id uuid, key bytea)
  join public.evidence was on was.school_id = school and was.id = carried.was and was.completion_id = moved and was.state = 'ready'
  where file.school_id = school and file.id = carried.id and file.completion_id = target;
  delete from public.evidence where school_id = school and completion_id = moved;
  -- These were not left behind: they have another row.
  delete from public.evidence_leftovers
  where school_id = school and storage_key in (select storage_key from public.evidence where school_id = school and completion_id = target);

  insert into public.completion_reviews (school_id, id, completion_id, student_id, reviewer_id, verdict, restores, comment_encrypted,
    sticker, star, captured_at, reviewed_at)
  select school, carried.id, target, to_student, review.reviewer_id, review.verdict, undone.id, carried.comment, review.sticker, review.star,
    review.captured_at, review.reviewed_at
  from jsonb_to_recordset(anew -> 'reviews') as carried (was uuid, id uuid, comment bytea)
  join public.completion_reviews review on review.school_id = school and review.id = carried.was and review.completion_id = moved
  left join jsonb_to_recordset(anew -> 'reviews') as undone (was uuid, id uuid) on undone.was = review.restores;
  delete from public.completion_reviews where school_id = school and completion_id = moved;

  -- The shell, in two steps: a change of task works punctuality and day out anew.
  update public.homework_completions
  set task_id = null, previous_attempt_id = null, evidence_kind = 'show_in_class', written_work_encrypted = null, evidence_ids = '{}',
    minutes = null, feeling = null, captured_at = completion_date::timestamp at time zone 'UTC', clock_offset_ms = null, device_id = null
  where school_id = school and id = moved;
  insert into public.completion_reviews (school_id, id, completion_id, student_id, reviewer_id, verdict, captured_at)
  values (school, (anew ->> 'voidId')::uuid, moved, from_student, app.current_user_id(), 'void', now());
  update public.homework_completions
  set effective_date = standing.effective_date, flags = '{}', punctuality = null, status = 'void', logged_by_user_id = null, moved_away_at = now(),
    left_task_id = null, left_attempt_id = null
  where school_id = school and id = moved;
end
$$;

grant execute on function app.hold_for_move(uuid, uuid, uuid), app.move_completion(uuid, uuid, uuid, jsonb) to authenticated_user;

-- What a mark meets that comes late: the piece has moved to another child, whose words a comment may hold; or it was set aside
-- longer ago than that can be undone.
create function app.receive_review() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  moved_away timestamptz;
begin
  -- Security: scope before existence.
  if app.current_user_id() is null or not coalesce(app.reaches('completion.review', new.student_id), false) then
    return new;
  end if;
  -- Locked: whoever moves it at this moment is waited for.
  select piece.moved_away_at into moved_away from public.homework_completions piece
  where piece.school_id = new.school_id and piece.id = new.completion_id and piece.student_id = new.student_id for key share;
  if moved_away is not null then
    raise exception 'already_moved' using errcode = 'SS410';
  end if;
  if new.verdict = 'restored' and exists (
    select from public.completion_reviews undone
    where undone.school_id = new.school_id and undone.completion_id = new.completion_id and undone.id = new.restores
      and undone.verdict = 'void' and undone.reviewed_at < new.reviewed_at - interval '30 days'
  ) then
    raise exception 'set_aside_for_good' using errcode = 'SS411';
  end if;
  return new;
end
$$;

create trigger receive before insert on completion_reviews for each row execute function app.receive_review();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.receive_review() cascade;
drop function app.move_completion(uuid, uuid, uuid, jsonb), app.hold_for_move(uuid, uuid, uuid);
create or replace function app.forget_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.media_type := null;
  new.bytes := null;
  new.sha256 := null;
  new.duration_ms := null;
  new.sent_bytes := null;
  new.sent_sha256 := null;
  new.file_key_encrypted := null;
  new.upload_expires_at := null;
  new.arrived_at := null;
  return new;
end
$$;
alter table evidence drop column sealed_as;
call app.audit('evidence');
drop index idx_homework_moved_from;
alter table homework_completions drop column left_attempt_id, drop column left_task_id, drop column moved_away_at;
call app.audit('homework_completions');

reset role;
