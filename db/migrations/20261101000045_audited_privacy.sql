-- migrate:up
set local role studystreaks_owner;

-- Tables that came after the audit log.
call app.audit('student_consents');
call app.audit('data_retention_policies');
call app.audit('legal_holds');
call app.audit('data_requests');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.audit_student_consents(), app.audit_data_retention_policies(), app.audit_legal_holds(), app.audit_data_requests(),
  app.audit_student_consents_changed(), app.audit_data_retention_policies_changed(), app.audit_legal_holds_changed(),
  app.audit_data_requests_changed() cascade;

reset role;
