-- migrate:up
set local role studystreaks_owner;

-- What is no longer there entry by entry, folded: the run as it stood before a Monday, and the figures of each club. Null:
-- nothing is. src/domain/collections/progress.ts says what is in it.
alter table student_progress add column opening jsonb;

grant insert (opening), update (opening) on student_progress to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

alter table student_progress drop column opening;

reset role;
