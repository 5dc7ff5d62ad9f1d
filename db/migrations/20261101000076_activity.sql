-- migrate:up
set local role studystreaks_owner;

-- What a piece without a task was, where whoever logged it says so. It is the client's, as the feeling is; badges go by it.
alter table homework_completions
  add column activity text constraint homework_completions_activity_known check (activity in ('reading', 'practice'));
grant insert (activity), update (activity) on homework_completions to authenticated_user;
grant select (activity) on homework_completions to background_worker;
call app.audit('homework_completions');

create or replace function app.stamp_completions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select changed.school_id, 'stamped', array['completions'], array_agg(changed.id), 'student', array_agg(changed.scope_id)
  from changed left join before using (school_id, id)
  where (before.id, before.club_id, before.task_id, before.previous_attempt_id, before.completion_date, before.evidence_kind,
      before.written_work_encrypted, before.evidence_ids, before.minutes, before.feeling, before.activity, before.captured_at,
      before.clock_offset_ms)
    is distinct from
    (changed.id, changed.club_id, changed.task_id, changed.previous_attempt_id, changed.completion_date, changed.evidence_kind,
      changed.written_work_encrypted, changed.evidence_ids, changed.minutes, changed.feeling, changed.activity, changed.captured_at,
      changed.clock_offset_ms)
  group by changed.school_id;
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select changed.school_id, 'stamped', array['receipts'], array_agg(changed.id), 'student', array_agg(changed.scope_id)
  from changed left join before using (school_id, id)
  where (before.id, before.logged_by, before.received_at, before.effective_date, before.status, before.punctuality, before.flags)
    is distinct from
    (changed.id, changed.logged_by, changed.received_at, changed.effective_date, changed.status, changed.punctuality, changed.flags)
  group by changed.school_id;
  return null;
end
$$;

drop trigger derive_again on homework_completions;
create trigger derive_again after update of club_id, task_id, completion_date, activity on homework_completions for each row
when ((old.club_id, old.task_id, old.completion_date, old.activity) is distinct from (new.club_id, new.task_id, new.completion_date, new.activity))
execute function app.derive_student();

-- A mark holds it as it holds the rest.
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
        and (new.club_id, new.task_id, new.previous_attempt_id, new.completion_date, new.minutes, new.feeling, new.activity,
          new.captured_at, new.clock_offset_ms)
          is not distinct from
          (old.club_id, old.task_id, old.previous_attempt_id, old.completion_date, old.minutes, old.feeling, old.activity,
          old.captured_at, old.clock_offset_ms)
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

drop trigger keep_marked on homework_completions;
create trigger keep_marked before update of club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
  evidence_ids, minutes, feeling, activity, captured_at, clock_offset_ms or delete on homework_completions
for each row execute function app.keep_marked();

-- As before, with what it was; the shell that is left says nothing of it.
create or replace function app.move_completion(moved uuid, from_student uuid, to_student uuid, anew jsonb) returns void
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
    written_work_encrypted, evidence_ids, minutes, feeling, activity, captured_at, clock_offset_ms)
  values (school, target, to_student, standing.club_id, kept_task, kept_attempt, standing.completion_date, standing.evidence_kind,
    (anew ->> 'written')::bytea, array(select (file.value ->> 'id')::uuid from jsonb_array_elements(anew -> 'files') with ordinality as file order by file.ordinality),
    standing.minutes, standing.feeling, standing.activity, standing.captured_at, standing.clock_offset_ms);
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
    minutes = null, feeling = null, activity = null, captured_at = completion_date::timestamp at time zone 'UTC', clock_offset_ms = null, device_id = null
  where school_id = school and id = moved;
  insert into public.completion_reviews (school_id, id, completion_id, student_id, reviewer_id, verdict, captured_at)
  values (school, (anew ->> 'voidId')::uuid, moved, from_student, app.current_user_id(), 'void', now());
  update public.homework_completions
  set effective_date = standing.effective_date, flags = '{}', punctuality = null, status = 'void', logged_by_user_id = null, moved_away_at = now(),
    left_task_id = null, left_attempt_id = null
  where school_id = school and id = moved;
end
$$;

-- Everybody's, once: what was read for a task counts already.
insert into derivations_due (school_id, student_id) select school_id, id from students;

reset role;

-- migrate:down
set local role studystreaks_owner;

create or replace function app.move_completion(moved uuid, from_student uuid, to_student uuid, anew jsonb) returns void
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

drop trigger keep_marked on homework_completions;
create trigger keep_marked before update of club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
  evidence_ids, minutes, feeling, captured_at, clock_offset_ms or delete on homework_completions
for each row execute function app.keep_marked();

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

drop trigger derive_again on homework_completions;
create trigger derive_again after update of club_id, task_id, completion_date on homework_completions for each row
when ((old.club_id, old.task_id, old.completion_date) is distinct from (new.club_id, new.task_id, new.completion_date))
execute function app.derive_student();

create or replace function app.stamp_completions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select changed.school_id, 'stamped', array['completions'], array_agg(changed.id), 'student', array_agg(changed.scope_id)
  from changed left join before using (school_id, id)
  where (before.id, before.club_id, before.task_id, before.previous_attempt_id, before.completion_date, before.evidence_kind,
      before.written_work_encrypted, before.evidence_ids, before.minutes, before.feeling, before.captured_at, before.clock_offset_ms)
    is distinct from
    (changed.id, changed.club_id, changed.task_id, changed.previous_attempt_id, changed.completion_date, changed.evidence_kind,
      changed.written_work_encrypted, changed.evidence_ids, changed.minutes, changed.feeling, changed.captured_at, changed.clock_offset_ms)
  group by changed.school_id;
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select changed.school_id, 'stamped', array['receipts'], array_agg(changed.id), 'student', array_agg(changed.scope_id)
  from changed left join before using (school_id, id)
  where (before.id, before.logged_by, before.received_at, before.effective_date, before.status, before.punctuality, before.flags)
    is distinct from
    (changed.id, changed.logged_by, changed.received_at, changed.effective_date, changed.status, changed.punctuality, changed.flags)
  group by changed.school_id;
  return null;
end
$$;

alter table homework_completions drop column activity;
call app.audit('homework_completions');

reset role;
