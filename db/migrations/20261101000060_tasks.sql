-- migrate:up
set local role studystreaks_owner;

insert into permissions (name, audience, kind, sentence) values
  ('task.set', 'class_staff', 'write', 'Set homework for a class, change it and take it back.'),
  ('task.set_for_child', 'student', 'write', 'Set homework for one child, change it and take it back.');
insert into role_template_permissions (role_name, permission, on_device) values
  ('teacher', 'task.set', true),
  ('teacher', 'task.set_for_child', true);
insert into role_permissions (school_id, role_id, permission, on_device)
select role.school_id, role.id, added.permission, true
from roles role cross join (values ('task.set'), ('task.set_for_child')) as added (permission)
where role.is_template and role.name = 'teacher';

-- Taken back by its teacher: gone from every device, and still there for the homework that was done for it, or is on its way.
alter table homework_tasks add column removed_at timestamptz,
  add constraint homework_tasks_instructions_length check (char_length(instructions) <= 2000);
call app.audit('homework_tasks');

create policy class_setter on homework_tasks for insert to authenticated_user
  with check (app.reaches('task.set', class_id) and set_by = app.current_user_id());
create policy student_setter on homework_tasks for insert to authenticated_user
  with check (app.reaches('task.set_for_child', student_id) and set_by = app.current_user_id());
create policy class_changer on homework_tasks for update to authenticated_user
  using (app.reaches('task.set', class_id)) with check (app.reaches('task.set', class_id));
create policy student_changer on homework_tasks for update to authenticated_user
  using (app.reaches('task.set_for_child', student_id)) with check (app.reaches('task.set_for_child', student_id));
grant insert (school_id, id, club_id, class_id, student_id, task_group_id, title, instructions, strand, level, evidence_kinds, opens_on, due_on,
  set_by) on homework_tasks to authenticated_user;
-- No class_id, student_id: a task never changes its bucket (S4). No delete: what is taken back stays for the homework that names it.
grant update (club_id, title, instructions, strand, level, evidence_kinds, opens_on, due_on, removed_at) on homework_tasks to authenticated_user;

create function app.stamp_tasks() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select school_id, case when removed_at is null then 'stamped' else 'gone' end, array['tasks'], array_agg(id), audience, array_agg(scope_id)
  from changed group by school_id, audience, 2;
  return null;
end
$$;

drop trigger stamp_changed on homework_tasks;
create trigger stamp_changed after update on homework_tasks referencing new table as changed old table as before
for each statement execute function app.stamp_tasks();

-- Another due date: what was early or late is judged anew.
create function app.follow_due_date() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.homework_completions completion set punctuality = app.punctuality(completion.effective_date, new.due_on)
  where completion.school_id = new.school_id and completion.task_id = new.id
    and completion.punctuality is distinct from app.punctuality(completion.effective_date, new.due_on);
  return null;
end
$$;

create trigger follow_due_date after update of due_on on homework_tasks for each row
when (old.due_on is distinct from new.due_on) execute function app.follow_due_date();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger follow_due_date on homework_tasks;
drop function app.follow_due_date();
drop trigger stamp_changed on homework_tasks;
drop function app.stamp_tasks();
create trigger stamp_changed after update on homework_tasks referencing new table as changed old table as before
for each statement execute function app.stamp('row', 'tasks');
revoke insert (school_id, id, club_id, class_id, student_id, task_group_id, title, instructions, strand, level, evidence_kinds, opens_on, due_on,
  set_by), update (club_id, title, instructions, strand, level, evidence_kinds, opens_on, due_on, removed_at)
  on homework_tasks from authenticated_user;
drop policy student_changer on homework_tasks;
drop policy class_changer on homework_tasks;
drop policy student_setter on homework_tasks;
drop policy class_setter on homework_tasks;
-- Deferred checks speak now: what follows alters tables that they read.
set constraints all immediate;
alter table homework_tasks drop constraint homework_tasks_instructions_length, drop column removed_at;
call app.audit('homework_tasks');
delete from role_permissions where permission in ('task.set', 'task.set_for_child');
delete from role_template_permissions where permission in ('task.set', 'task.set_for_child');
delete from permissions where name in ('task.set', 'task.set_for_child');

reset role;
