-- migrate:up
set local role studystreaks_owner;

-- Tables that came after the audit log.
call app.audit('student_consents');
call app.audit('data_retention_policies');
call app.audit('legal_holds');
call app.audit('data_requests');

-- What a batch of retention took away, said by the job itself.
create function app.record_removal(run uuid, kind text, removed integer) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if app.current_tenant() is null then
    raise exception 'a job removes in the school that it has entered' using errcode = 'insufficient_privilege';
  end if;
  insert into public.audit_log (school_id, user_id, action, entity_type, entity_id, new_values)
  values (app.current_tenant(), app.audit_actor(), 'DELETE', 'retention', run, jsonb_build_object('kind', kind, 'removed', removed));
end
$$;

-- Sealed entries from before a moment, and where they end: before the first one about somebody who is held.
create function app.audit_due(before timestamptz) returns table (rows bigint, oldest timestamptz, ends timestamptz)
language sql stable security definer set search_path = ''
as $$
  select count(seal.id), min(seal.timestamp), kept.ends
  from (
    select least(before, min(log.timestamp)) as ends from public.audit_log log
    where log.school_id = app.current_tenant() and log.subject_id = any ((select app.held_subjects(app.current_tenant()))::uuid[])
  ) kept
  left join public.audit_seals seal on seal.school_id = app.current_tenant() and seal.timestamp < kept.ends
  group by kept.ends
$$;

grant execute on function app.record_removal(uuid, text, integer), app.audit_due(timestamptz) to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.audit_due(timestamptz), app.record_removal(uuid, text, integer);
drop function app.audit_student_consents(), app.audit_data_retention_policies(), app.audit_legal_holds(), app.audit_data_requests(),
  app.audit_student_consents_changed(), app.audit_data_retention_policies_changed(), app.audit_legal_holds_changed(),
  app.audit_data_requests_changed() cascade;

reset role;
