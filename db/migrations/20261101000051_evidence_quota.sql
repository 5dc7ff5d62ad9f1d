-- migrate:up
set local role studystreaks_owner;

-- When a device last announced this file: what of one child begins on one day is bounded. It stays when the file is let go of.
alter table evidence add column begun_at timestamptz;
grant update (begun_at) on evidence to authenticated_user;
call app.audit('evidence');

reset role;

-- migrate:down
set local role studystreaks_owner;

alter table evidence drop column begun_at;
call app.audit('evidence');

reset role;
