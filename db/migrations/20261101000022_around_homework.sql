-- migrate:up
set local role studystreaks_owner;

-- A photo or a recording. Its bytes lie encrypted in the evidence store; here is what is known of them. Its state shows in the
-- receipt of its completion, which syncs ahead of it.
create table evidence (
  school_id uuid not null,
  id uuid not null,
  completion_id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  kind text not null constraint evidence_kind_known check (kind in ('photo', 'audio')),
  -- Decided by the first bytes, never by what a client says.
  media_type text constraint evidence_media_type_known check (
    media_type in ('image/jpeg', 'image/png', 'image/webp', 'audio/webm', 'audio/mp4', 'audio/ogg')),
  bytes integer constraint evidence_bytes_few check (bytes between 0 and 10485760),
  sha256 bytea constraint evidence_sha256_length check (octet_length(sha256) = 32),
  -- The random name in the store.
  storage_key text,
  duration_ms integer constraint evidence_duration_positive check (duration_ms >= 0),
  state text not null default 'expected'
    constraint evidence_state_known check (state in ('expected', 'uploading', 'ready', 'refused', 'withdrawn')),
  -- Why it was refused: src/domain/evidence.
  refusal text constraint evidence_refusal_known check (refusal in (
    'unknown_type', 'unsupported_photo', 'too_large', 'too_many_pixels', 'moving_picture', 'too_long', 'broken', 'no_consent')),
  created_at timestamptz not null default now(),
  constraint evidence_pkey primary key (school_id, id),
  constraint evidence_completion_fkey foreign key (school_id, student_id, completion_id)
    references homework_completions (school_id, student_id, id) on delete cascade,
  constraint evidence_ready_is_whole check (
    state <> 'ready' or (media_type is not null and bytes is not null and sha256 is not null and storage_key is not null)),
  constraint evidence_refusal_of_refused check (refusal is null or state = 'refused'),
  -- What was withdrawn or refused is not kept.
  constraint evidence_gone_is_nowhere check (state not in ('refused', 'withdrawn') or storage_key is null)
);
comment on table evidence is 'Photos and recordings that belong to logged homework: where their encrypted bytes are, and how far they have come.';
create index idx_evidence_student on evidence (school_id, student_id);
create index idx_evidence_completion on evidence (school_id, completion_id);

call app.isolate('evidence');
create policy reader on evidence for select to authenticated_user using (app.reaches('student.read', scope_id));
create policy author on evidence for insert to authenticated_user with check (app.reaches('evidence.create', student_id));
create policy changer on evidence for update to authenticated_user
  using (app.reaches('evidence.create', student_id)) with check (app.reaches('evidence.create', student_id));
grant select on evidence to authenticated_user;
grant insert (school_id, id, completion_id, student_id, kind, media_type, bytes, sha256, storage_key, duration_ms, state, refusal) on evidence
  to authenticated_user;
-- No completion_id, no student_id: a photo never changes its owner. No delete: it is withdrawn, and retention removes the row.
grant update (media_type, bytes, sha256, storage_key, duration_ms, state, refusal) on evidence to authenticated_user;
grant select, update (media_type, bytes, sha256, storage_key, duration_ms, state, refusal), delete on evidence to background_worker;

call app.follow('evidence', 'touch', 'app.touch(''receipts'', ''completion_id'')');

alter table parent_students add constraint parent_students_of_student unique (school_id, student_id, id);

-- What one parent and the child's teachers tell each other about a piece of homework. It lies in the bucket of that parent's
-- guardianship: the other parent and the child never see it.
create table parent_notes (
  school_id uuid not null,
  id uuid not null,
  guardianship_id uuid not null,
  scope_id uuid not null generated always as (guardianship_id) stored,
  student_id uuid not null,
  completion_id uuid not null,
  -- No reference: a teacher may be gone before the child.
  author_id uuid not null,
  -- Up to 280 characters, which the application counts; this is the most that they can take up.
  text_encrypted bytea constraint parent_notes_text_short check (octet_length(text_encrypted) <= 1280),
  -- True: "I helped", false: "did it alone", null: not said.
  helped boolean,
  created_at timestamptz not null default now(),
  constraint parent_notes_pkey primary key (school_id, id),
  constraint parent_notes_guardianship_fkey foreign key (school_id, student_id, guardianship_id)
    references parent_students (school_id, student_id, id) on delete cascade,
  constraint parent_notes_completion_fkey foreign key (school_id, student_id, completion_id)
    references homework_completions (school_id, student_id, id) on delete cascade,
  constraint parent_notes_says_something check (text_encrypted is not null or helped is not null)
);
comment on table parent_notes is 'Notes between one parent and the child''s teachers on a piece of homework.';
create index idx_parent_notes_guardianship on parent_notes (school_id, guardianship_id);
create index idx_parent_notes_student on parent_notes (school_id, student_id, completion_id);
create index idx_parent_notes_author on parent_notes (school_id, author_id);

call app.isolate('parent_notes');
create policy reader on parent_notes for select to authenticated_user using (app.reaches('guardianship.read', scope_id));
create policy author on parent_notes for insert to authenticated_user
  with check (app.reaches('note.create', guardianship_id) and author_id = app.current_user_id());
create policy changer on parent_notes for update to authenticated_user
  using (app.reaches('note.create', guardianship_id) and author_id = app.current_user_id())
  with check (app.reaches('note.create', guardianship_id) and author_id = app.current_user_id());
create policy remover on parent_notes for delete to authenticated_user
  using (app.reaches('note.create', guardianship_id) and author_id = app.current_user_id());
grant select, delete on parent_notes to authenticated_user;
grant insert (school_id, id, guardianship_id, student_id, completion_id, author_id, text_encrypted, helped) on parent_notes to authenticated_user;
-- Its words alone: what it is about never changes.
grant update (text_encrypted, helped) on parent_notes to authenticated_user;
grant select (school_id, id, guardianship_id, scope_id, student_id, completion_id, author_id, helped, created_at), delete on parent_notes
  to background_worker;

call app.follow('parent_notes', 'stamp', 'app.stamp(''guardianship'', ''notes'')');

-- Days that do not count for a child. Only the fact, never a reason. A day is excused by a row that no other row withdraws, so
-- that the order in which they arrive does not matter.
create table excused_days (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  day date not null,
  state text not null constraint excused_days_state_known check (state in ('excused', 'withdrawn')),
  -- The row that a `withdrawn` one takes back.
  withdraws uuid,
  -- By whom: no reference, since that person may be gone before the child.
  set_by uuid,
  device_id uuid,
  captured_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint excused_days_pkey primary key (school_id, id),
  constraint excused_days_of_day unique (school_id, student_id, day, id),
  constraint excused_days_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint excused_days_withdraws_fkey foreign key (school_id, student_id, day, withdraws)
    references excused_days (school_id, student_id, day, id) on delete no action,
  constraint excused_days_withdrawn_names_one check ((state = 'withdrawn') = (withdraws is not null))
);
comment on table excused_days is 'Days on which a child is excused from homework, and what took that back; append only, no reasons.';
create index idx_excused_days_withdraws on excused_days (school_id, student_id, withdraws) where withdraws is not null;

call app.isolate('excused_days');
create policy reader on excused_days for select to authenticated_user using (app.reaches('student.read', scope_id));
create policy author on excused_days for insert to authenticated_user with check (app.reaches('excused_day.create', student_id));
grant select on excused_days to authenticated_user;
-- No set_by: it follows from the session. No update, no delete: append only, taking back adds a row.
grant insert (school_id, id, student_id, day, state, withdraws, device_id, captured_at) on excused_days to authenticated_user;
grant select, delete on excused_days to background_worker;

call app.follow('excused_days', 'stamp', 'app.stamp(''student'', ''excused_days'')');
call app.follow('excused_days', 'derive', 'app.derive_students()', null);

-- At most 28 days back, from when the device was last in contact: a device that was offline for weeks loses nothing.
create function app.receive_excused_day() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
  earliest date;
begin
  -- Security: scope before existence.
  if requester is null then
    return new;
  end if;
  if not coalesce(app.reaches('excused_day.create', new.student_id), false) then
    raise exception 'this student is out of reach' using errcode = 'insufficient_privilege';
  end if;
  new.set_by := requester;
  select (coalesce(contact.last_contact_at, now()) at time zone school.time_zone)::date - 28 into earliest
  from public.schools school
  left join public.device_contacts contact
    on contact.school_id = school.school_id and contact.user_id = requester and contact.device_id = new.device_id
  where school.school_id = new.school_id;
  if new.day < earliest then
    raise exception 'a day is excused at most 28 days later' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

create trigger receive before insert on excused_days for each row execute function app.receive_excused_day();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table excused_days, parent_notes, evidence;
drop function app.receive_excused_day();
alter table parent_students drop constraint parent_students_of_student;

reset role;
