-- migrate:up
set local role studystreaks_owner;

-- Who was let in by which letter is known for as long as the audit log is.
insert into retention_defaults (entity_type, basis, period, unit, sentence) values
  ('invitations', 'closed', 12, 'months', 'Letters to parents, without their codes: a year after they were used or ended.');

reset role;

-- migrate:down
set local role studystreaks_owner;

delete from data_retention_policies where entity_type = 'invitations';
delete from retention_defaults where entity_type = 'invitations';

reset role;
