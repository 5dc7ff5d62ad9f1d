-- migrate:up
set local role studystreaks_owner;

-- Who invites adults may end what came of it: the row stays, its days end.
create policy changer on parent_students for update to authenticated_user
  using (app.reaches('invitation.manage', school_id)) with check (app.reaches('invitation.manage', school_id));
-- No rights, no relationship: those were settled as the letter was issued. No delete: who was let in, and how long, is kept.
grant update (until_on) on parent_students to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

revoke update (until_on) on parent_students from authenticated_user;
drop policy changer on parent_students;

reset role;
