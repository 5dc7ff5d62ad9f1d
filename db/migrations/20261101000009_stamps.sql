-- migrate:up
set local role studystreaks_owner;

-- What statements have changed and the commit is still to stamp (S1): a row a statement and school, so that a batch costs as
-- little as one document. Empty between transactions: a deferred trigger works each row off. Unlogged, since nothing of it
-- outlives its transaction.
--   stamped  documents that are there, each with its bucket
--   gone     documents whose row is gone
--   touched  documents whose content follows from another row too: never brought back
--   person   people whose names or pictures stand in several documents; which ones, the commit finds out
create unlogged table stamps_due (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  kind text not null constraint stamps_due_kind_known check (kind in ('stamped', 'gone', 'touched', 'person')),
  collections text[] not null,
  documents uuid[] not null,
  audience text,
  -- Beside documents, one each.
  scopes uuid[],
  constraint stamps_due_pkey primary key (school_id, id),
  constraint stamps_due_bucket check (kind <> 'stamped' or (audience is not null and cardinality(scopes) = cardinality(documents)))
);

call app.isolate('stamps_due');
-- No grants: filled by triggers alone.

create function app.stamp_due() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tick bigint;
  written bigint;
begin
  delete from public.stamps_due where school_id = new.school_id and id = new.id;
  -- From here on the clock is in hand, and each statement sees what its earlier holders committed.
  tick := app.tick(new.school_id);
  case new.kind
    when 'stamped' then
      insert into public.sync_index as known (school_id, collection, document_id, audience, scope_id, version, created_version)
      select new.school_id, collection, document, new.audience, scope, tick, tick
      from unnest(new.documents, new.scopes) as due (document, scope) cross join unnest(new.collections) as collection
      on conflict (school_id, collection, document_id) do update
      set version = excluded.version, is_deleted = false
      where (known.audience, known.scope_id) = (excluded.audience, excluded.scope_id);
      get diagnostics written = row_count;
      -- An id that was taken in another bucket, where it stays for ever (S4).
      if written < cardinality(new.documents) * cardinality(new.collections) then
        raise exception 'this id belongs to another document' using errcode = 'unique_violation';
      end if;
    when 'gone' then
      update public.sync_index set version = tick, is_deleted = true
      where school_id = new.school_id and collection = any (new.collections) and document_id = any (new.documents);
    when 'touched' then
      perform app.touch_documents(new.school_id, new.collections, new.documents, tick);
    when 'person' then
      perform app.touch_documents(new.school_id, new.collections, new.documents || array(
        select id from public.class_students where school_id = new.school_id and student_id = any (new.documents) and is_current
        union all
        select id from public.parent_students where school_id = new.school_id and parent_id = any (new.documents)), tick);
  end case;
  return null;
end
$$;

create function app.touch_documents(school uuid, collection_names text[], ids uuid[], tick bigint) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.sync_index set version = tick
  where school_id = school and collection = any (collection_names) and document_id = any (ids) and not is_deleted and version <> tick
$$;

create constraint trigger stamp after insert on stamps_due
deferrable initially deferred for each row execute function app.stamp_due();

-- stamp(audience, collection …): what follows each statement on a synced table. The scope is the row's, or the school's where
-- that is the audience; audience 'row' means the row's own column.
create function app.stamp() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  done text := case tg_op when 'DELETE' then 'gone' else 'stamped' end;
begin
  case tg_argv[0]
    when 'row' then
      insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
      select school_id, done, tg_argv[1:], array_agg(id), audience, array_agg(scope_id) from changed group by school_id, audience;
    when 'school' then
      insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
      select school_id, done, tg_argv[1:], array_agg(id), 'school', array_agg(school_id) from changed group by school_id;
    else
      insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
      select school_id, done, tg_argv[1:], array_agg(id), tg_argv[0], array_agg(scope_id) from changed group by school_id;
  end case;
  return null;
end
$$;

-- The client's columns stamp completions, the server's stamp receipts (S12).
create function app.stamp_completions() returns trigger
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

create function app.stamp_progress() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select changed.school_id, 'stamped', array['progress'], array_agg(changed.id), 'student', array_agg(changed.scope_id)
  from changed left join before using (school_id, id)
  where before.* is distinct from changed.*
  group by changed.school_id;
  return null;
end
$$;

-- The roster lists who is in the class now; one who never was has no document. The child's own says which class it is in.
create function app.stamp_roster() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select school_id, case when is_current and tg_op <> 'DELETE' then 'stamped' else 'gone' end,
    array['people'], array_agg(id), 'class_staff', array_agg(class_id)
  from changed group by 1, 2;
  insert into public.stamps_due (school_id, kind, collections, documents)
  select school_id, 'touched', array['people'], array_agg(student_id) from changed group by school_id;
  return null;
end
$$;

-- touch(collection, column): the documents that this column names say something of these rows.
create function app.touch() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select school_id, 'touched', tg_argv[:0], array_agg((to_jsonb(changed) ->> tg_argv[1])::uuid) from changed group by school_id;
  return null;
end
$$;

-- stamp_one(kind, collection): for triggers that follow some rows of a table alone, in the school's own bucket.
create function app.stamp_one() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  one record;
begin
  one := case when tg_op = 'DELETE' then old else new end;
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  values (one.school_id, tg_argv[0], array[tg_argv[1]], array[one.id], 'school', array[one.school_id]);
  return null;
end
$$;

create trigger stamp_added after insert on schools for each row execute function app.stamp_one('stamped', 'school');
create trigger stamp_changed after update on schools for each row
when ((old.name, old.slug, old.time_zone, old.colour) is distinct from (new.name, new.slug, new.time_zone, new.colour))
execute function app.stamp_one('stamped', 'school');
call app.follow('clubs', 'stamp', 'app.stamp(''school'', ''school'')');
call app.follow('club_levels', 'touch', 'app.touch(''school'', ''club_id'')');
call app.follow('school_calendar', 'stamp', 'app.stamp(''school'', ''school'')');

-- Staff: users that a whole school may know by name.
create trigger stamp_added after insert on users for each row
when (new.kind in ('teacher', 'admin')) execute function app.stamp_one('stamped', 'people');
create trigger stamp_removed after delete on users for each row
when (old.kind in ('teacher', 'admin')) execute function app.stamp_one('gone', 'people');
create trigger touch_changed after update on users for each row
when ((old.name_encrypted, old.first_name_encrypted) is distinct from (new.name_encrypted, new.first_name_encrypted))
execute function app.stamp_one('person', 'people');

call app.follow('students', 'stamp', 'app.stamp(''student'', ''people'')');
create trigger touch_changed after update on students for each row
when (old.avatar is distinct from new.avatar) execute function app.stamp_one('person', 'people');
call app.follow('class_students', 'stamp', 'app.stamp_roster()');
call app.follow('parent_students', 'stamp', 'app.stamp(''guardianship'', ''people'')');

call app.follow('classes', 'stamp', 'app.stamp(''class'', ''classes'')');
call app.follow('teacher_classes', 'touch', 'app.touch(''classes'', ''class_id'')');

call app.follow('homework_tasks', 'stamp', 'app.stamp(''row'', ''tasks'')');
call app.follow('homework_completions', 'stamp', 'app.stamp(''student'', ''completions'', ''receipts'')', 'app.stamp_completions()');
call app.follow('completion_reviews', 'stamp', 'app.stamp(''student'', ''reviews'')');
call app.follow('student_progress', 'stamp', 'app.stamp(''student'', ''progress'')', 'app.stamp_progress()');
call app.follow('notices', 'stamp', 'app.stamp(''row'', ''notices'')');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.stamp(), app.stamp_completions(), app.stamp_progress(), app.stamp_roster(), app.touch(), app.stamp_one() cascade;
drop table stamps_due;
drop function app.stamp_due(), app.touch_documents(uuid, text[], uuid[], bigint);

reset role;
