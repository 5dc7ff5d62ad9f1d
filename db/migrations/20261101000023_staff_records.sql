-- migrate:up
set local role studystreaks_owner;

-- On which level of a club a child stands, and why: what staff see. A child sees levels in its progress.
create table student_levels (
  school_id uuid not null,
  student_id uuid not null,
  club_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  level_id uuid not null,
  set_by text not null constraint student_levels_set_by_known check (set_by in ('progress', 'teacher')),
  -- No references here or in flags: what stands of a child outlasts the staff who wrote it.
  teacher_id uuid,
  reason_encrypted bytea constraint student_levels_reason_short check (octet_length(reason_encrypted) <= 2400),
  set_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint student_levels_pkey primary key (school_id, id),
  constraint student_levels_one_a_club unique (school_id, student_id, club_id),
  constraint student_levels_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint student_levels_level_fkey foreign key (school_id, club_id, level_id)
    references club_levels (school_id, club_id, id) on delete restrict,
  -- A teacher says why; the rule of the level speaks for itself.
  constraint student_levels_placed_with_reason check (
    (set_by = 'teacher') = (teacher_id is not null) and (set_by = 'teacher') = (reason_encrypted is not null))
);
comment on table student_levels is 'The level of a child in each club, reached by progress or given by a teacher with a reason.';
create index idx_student_levels_level on student_levels (school_id, level_id);
create index idx_student_levels_teacher on student_levels (school_id, teacher_id) where teacher_id is not null;

call app.isolate('student_levels');
create policy reader on student_levels for select to authenticated_user using (app.reaches('student_staff.read', scope_id));
create policy author on student_levels for insert to authenticated_user
  with check (app.reaches('level.place', student_id) and set_by = 'teacher' and teacher_id = app.current_user_id());
create policy changer on student_levels for update to authenticated_user
  using (app.reaches('level.place', student_id))
  with check (app.reaches('level.place', student_id) and set_by = 'teacher' and teacher_id = app.current_user_id());
grant select on student_levels to authenticated_user;
grant insert (school_id, id, student_id, club_id, level_id, set_by, teacher_id, reason_encrypted) on student_levels to authenticated_user;
-- No delete: a child always stands somewhere; the audit keeps where it stood.
grant update (level_id, set_by, teacher_id, reason_encrypted) on student_levels to authenticated_user;
grant select (school_id, id, student_id, scope_id, club_id, level_id, set_by, teacher_id, set_at, created_at),
  insert (school_id, id, student_id, club_id, level_id, set_by), update (level_id, set_by, teacher_id, reason_encrypted), delete
  on student_levels to background_worker;

create function app.date_placing() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.set_at := now();
  return new;
end
$$;

create trigger date_placing before update on student_levels for each row execute function app.date_placing();
call app.follow('student_levels', 'stamp', 'app.stamp(''student_staff'', ''levels'')');

-- A concern about a child. Seen by who raised it and by the safeguarding lead, read online alone: in nobody's bucket, so that no
-- device of a child or a parent, nor any other teacher's, ever holds it.
create table safeguarding_flags (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  completion_id uuid,
  reporter_id uuid not null,
  text_encrypted bytea constraint safeguarding_flags_text_short check (octet_length(text_encrypted) <= 9600),
  state text not null default 'open' constraint safeguarding_flags_state_known check (state in ('open', 'handled')),
  handled_by uuid,
  handled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint safeguarding_flags_pkey primary key (school_id, id),
  constraint safeguarding_flags_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint safeguarding_flags_completion_fkey foreign key (school_id, student_id, completion_id)
    references homework_completions (school_id, student_id, id) on delete cascade,
  constraint safeguarding_flags_handled_by_one check (
    (state = 'handled') = (handled_by is not null) and (state = 'handled') = (handled_at is not null))
);
comment on table safeguarding_flags is 'Concerns about a child, seen by the reporter and the safeguarding lead alone; never synced.';
create index idx_safeguarding_flags_student on safeguarding_flags (school_id, student_id);
create index idx_safeguarding_flags_reporter on safeguarding_flags (school_id, reporter_id);
create index idx_safeguarding_flags_handler on safeguarding_flags (school_id, handled_by) where handled_by is not null;

call app.isolate('safeguarding_flags');
create policy reporter on safeguarding_flags for select to authenticated_user using (reporter_id = app.current_user_id());
create policy lead on safeguarding_flags for select to authenticated_user using (app.reaches('safeguarding_flag.handle', student_id));
create policy author on safeguarding_flags for insert to authenticated_user
  with check (app.reaches('safeguarding_flag.create', student_id) and reporter_id = app.current_user_id());
create policy handler on safeguarding_flags for update to authenticated_user
  using (app.reaches('safeguarding_flag.handle', student_id))
  with check (app.reaches('safeguarding_flag.handle', student_id) and (handled_by is null or handled_by = app.current_user_id()));
grant select on safeguarding_flags to authenticated_user;
grant insert (school_id, id, student_id, completion_id, reporter_id, text_encrypted) on safeguarding_flags to authenticated_user;
-- No words: a concern stands as it was raised. No delete, not even by retention: it goes with its student.
grant update (state, handled_by, handled_at) on safeguarding_flags to authenticated_user;

-- What a device asks for that is not a document (S31). The answer is a notice.
create table commands (
  school_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  kind text not null constraint commands_kind_known check (
    kind in ('move_completion', 'flag_to_safeguarding_lead', 'place_on_level', 'dissolve_buddy_group')),
  payload_encrypted bytea,
  state text not null default 'received' constraint commands_state_known check (state in ('received', 'applied', 'refused')),
  -- Why it was refused: one of the error codes.
  code text,
  captured_at timestamptz not null,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint commands_pkey primary key (school_id, id),
  constraint commands_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade,
  constraint commands_settled_at_a_time check ((state = 'received') = (settled_at is null)),
  constraint commands_refused_with_code check ((state = 'refused') = (code is not null)),
  -- An account's document must not outlive the right to know of a child (S27): once settled, it says nothing any more.
  constraint commands_forget check ((state = 'received') = (payload_encrypted is not null))
);
comment on table commands is 'What devices ask the server to do; each is applied once, by its id.';
create index idx_commands_user on commands (school_id, user_id, created_at);

call app.isolate('commands');
create policy own on commands for select to authenticated_user using (app.reaches('account.read', scope_id));
create policy author on commands for insert to authenticated_user
  with check (app.reaches('command.send', user_id) and user_id = app.current_user_id());
-- Applied in the author's own transaction, with the author's rights.
create policy settler on commands for update to authenticated_user
  using (app.reaches('command.send', user_id) and user_id = app.current_user_id())
  with check (app.reaches('command.send', user_id) and user_id = app.current_user_id());
grant select on commands to authenticated_user;
grant insert (school_id, id, user_id, kind, payload_encrypted, captured_at) on commands to authenticated_user;
-- No kind, no user. No delete: its id is what keeps it from being applied twice; retention removes it long after.
grant update (state, code, settled_at, payload_encrypted) on commands to authenticated_user;
grant select (school_id, id, user_id, scope_id, kind, state, code, captured_at, settled_at, created_at), delete on commands
  to background_worker;

create function app.keep_settled() returns trigger
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'this command is settled, and applied once' using errcode = 'check_violation';
end
$$;

create trigger keep_settled before update on commands for each row when (old.state <> 'received') execute function app.keep_settled();
call app.follow('commands', 'stamp', 'app.stamp(''account'', ''commands'')');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table commands, safeguarding_flags, student_levels;
drop function app.keep_settled(), app.date_placing();

reset role;
