-- migrate:up
set local role studystreaks_owner;

-- A class's document names on its board whom it may name at the moment when it is read (app.board_names). So whatever changes that
-- changes the document, at the commit, and not only once the deriver finds other figures: of a no that is followed by a yes it may
-- find none, and a device that asked in between would miss the name for as long.

create function app.touch_boards(school uuid, board_classes uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.stamps_due (school_id, kind, collections, documents)
  select school, 'touched', array['classes'], array_agg(distinct class_id)
  from public.leaderboards where school_id = school and class_id = any (board_classes)
  having count(*) > 0
$$;

-- For a row that is a child.
create function app.touch_boards_of_child() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.touch_boards(new.school_id, array(
    select class_id from public.class_students where school_id = new.school_id and student_id = new.id and is_current));
  return null;
end
$$;

create trigger touch_boards after update on students for each row
when ((old.avatar, old.shows_on_boards) is distinct from (new.avatar, new.shows_on_boards)) execute function app.touch_boards_of_child();
create trigger touch_boards after update on users for each row
when (new.kind = 'student' and (old.first_name_encrypted, old.status) is distinct from (new.first_name_encrypted, new.status))
execute function app.touch_boards_of_child();

-- For rows that are about children: of consents, those to boards alone.
create function app.touch_boards_of_children() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.touch_boards(member.school_id, array_agg(distinct member.class_id))
  from changed
  join public.class_students member on member.school_id = changed.school_id and member.student_id = changed.student_id and member.is_current
  where coalesce(to_jsonb(changed) ->> 'purpose', 'leaderboard') = 'leaderboard'
  group by member.school_id;
  return null;
end
$$;

call app.follow('student_consents', 'touch_boards', 'app.touch_boards_of_children()');
call app.follow('parent_students', 'touch_boards', 'app.touch_boards_of_children()');

-- Who leaves the class leaves its board.
create function app.touch_boards_of_classes() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.touch_boards(school_id, array_agg(distinct class_id)) from changed group by school_id;
  return null;
end
$$;

call app.follow('class_students', 'touch_boards', 'app.touch_boards_of_classes()');

create function app.touch_boards_of_school() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.touch_boards(new.school_id, array(select id from public.classes where school_id = new.school_id));
  return null;
end
$$;

create trigger touch_boards after update of leaderboard on schools for each row
when (old.leaderboard is distinct from new.leaderboard) execute function app.touch_boards_of_school();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.touch_boards_of_school(), app.touch_boards_of_classes(), app.touch_boards_of_children(), app.touch_boards_of_child() cascade;
drop function app.touch_boards(uuid, uuid[]);

reset role;
