-- migrate:up
set local role studystreaks_owner;

-- What was asked for and done is known by its id for as long as a device may bring it again.
insert into retention_defaults (entity_type, basis, period, unit, sentence) values
  ('commands', 'closed', 400, 'days', 'What staff asked the school to do, by bare ids, so that nothing is done twice: 400 days after it was done.');

-- What the safeguarding lead did about a concern; whoever raised it sees it too.
alter table safeguarding_flags
  add column outcome_encrypted bytea constraint safeguarding_flags_outcome_short check (octet_length(outcome_encrypted) <= 9600),
  add constraint safeguarding_flags_outcome_of_handled check (state = 'handled' or outcome_encrypted is null),
  -- A concern outlasts the piece that it is about: neither who takes the piece back nor retention takes the concern with it.
  drop constraint safeguarding_flags_completion_fkey;
grant update (outcome_encrypted) on safeguarding_flags to authenticated_user;
call app.audit('safeguarding_flags');

create function app.check_flagged() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.completion_id is not null and not exists (
    select from public.homework_completions
    where school_id = new.school_id and student_id = new.student_id and id = new.completion_id
  ) then
    raise exception 'a flag is about a piece of this child' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;

-- After, as a foreign key would be: the policies speak first, so that nobody learns of a piece out of reach.
create trigger check_flagged after insert on safeguarding_flags for each row execute function app.check_flagged();

-- That there is a concern is nobody's business but the lead's, nor who asked for what: what a command did has its own entry.
alter policy reader on audit_log using (
  app.reaches('audit.read', school_id)
  and (entity_type not in ('safeguarding_flags', 'commands') or app.reaches('safeguarding_flag.handle', subject_id)));

reset role;

-- migrate:down
set local role studystreaks_owner;

alter policy reader on audit_log using (app.reaches('audit.read', school_id));
drop trigger check_flagged on safeguarding_flags;
drop function app.check_flagged();
delete from safeguarding_flags flag where completion_id is not null and not exists (
  select from homework_completions piece
  where piece.school_id = flag.school_id and piece.student_id = flag.student_id and piece.id = flag.completion_id);
-- Deferred checks speak now: what follows alters the table.
set constraints all immediate;
alter table safeguarding_flags drop column outcome_encrypted,
  add constraint safeguarding_flags_completion_fkey foreign key (school_id, student_id, completion_id)
  references homework_completions (school_id, student_id, id) on delete cascade;
call app.audit('safeguarding_flags');
delete from data_retention_policies where entity_type = 'commands';
delete from retention_defaults where entity_type = 'commands';

reset role;
