-- migrate:up
set local role studystreaks_owner;

-- What people ask of the school under data protection law, and by when it is answered. No foreign keys to people: a request
-- to be forgotten outlives whom it is about.
create table data_requests (
  school_id uuid not null,
  id uuid not null,
  kind text not null constraint data_requests_kind_known check (
    kind in ('access', 'export', 'rectification', 'erasure', 'restriction', 'objection', 'complaint')
  ),
  subject_id uuid not null,
  scope_id uuid not null generated always as (subject_id) stored,
  -- Who asked, where that is a user of the school's.
  requested_by uuid,
  recorded_by uuid not null,
  -- Days of the school's time zone.
  asked_on date not null,
  -- A month on; of the 31st the last day of the month.
  due_on date not null generated always as ((asked_on + interval '1 month')::date) stored,
  -- A complaint is acknowledged within 30 days (Data Protection Act 2018, section 164A).
  acknowledge_by date generated always as (case when kind = 'complaint' then asked_on + 30 end) stored,
  acknowledged_on date,
  state text not null default 'open' constraint data_requests_state_known check (state in ('open', 'in_progress', 'done', 'refused')),
  outcome_encrypted bytea,
  closed_on date,
  created_at timestamptz not null default now(),
  constraint data_requests_pkey primary key (school_id, id),
  constraint data_requests_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint data_requests_closed_with_outcome check (
    (state in ('done', 'refused')) = (closed_on is not null) and (state <> 'refused' or outcome_encrypted is not null)
  ),
  constraint data_requests_in_order check (acknowledged_on >= asked_on and closed_on >= asked_on)
);
create index idx_data_requests_due on data_requests (school_id, due_on) where closed_on is null;
create index idx_data_requests_subject on data_requests (school_id, subject_id);

call app.isolate('data_requests');
create policy lead on data_requests for select to authenticated_user using (app.reaches('data_request.handle', school_id));
create policy asker on data_requests for select to authenticated_user using (requested_by = app.current_user_id());
create policy recorder on data_requests for insert to authenticated_user
  with check (app.reaches('data_request.handle', school_id) and recorded_by = app.current_user_id());
create policy handler on data_requests for update to authenticated_user
  using (app.reaches('data_request.handle', school_id)) with check (app.reaches('data_request.handle', school_id));
grant select on data_requests to authenticated_user;
-- No other kind, subject or day: what was asked stays as it was asked. No delete: retention removes it.
grant insert (school_id, id, kind, subject_id, requested_by, recorded_by, asked_on, acknowledged_on), update (acknowledged_on, state, outcome_encrypted, closed_on)
  on data_requests to authenticated_user;
-- No outcome: the job needs to know when, not what.
grant select (school_id, id, kind, subject_id, scope_id, asked_on, due_on, acknowledge_by, acknowledged_on, state, closed_on, created_at), delete
  on data_requests to background_worker;

insert into permissions (name, audience, kind, sentence) values
  ('data_request.handle', 'school', 'write', 'Handle what people ask of the school under data protection law.');
insert into role_template_permissions (role_name, permission, on_device) values ('data_protection_lead', 'data_request.handle', true);
insert into role_permissions (school_id, role_id, permission, on_device)
select school_id, id, 'data_request.handle', true from roles where is_template and name = 'data_protection_lead';

reset role;

-- migrate:down
set local role studystreaks_owner;

delete from role_permissions where permission = 'data_request.handle';
delete from role_template_permissions where permission = 'data_request.handle';
delete from permissions where name = 'data_request.handle';
drop table data_requests;

reset role;
