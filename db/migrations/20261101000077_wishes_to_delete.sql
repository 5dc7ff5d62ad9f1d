-- migrate:up
set local role studystreaks_owner;

-- How many wishes to delete something wait for a teacher in each class, and since when the first of them: for whoever handles what
-- is asked under data protection law, and for whoever runs the school. Of whom and what they are is not said.
create function app.open_delete_wishes() returns table (class_id uuid, wishes integer, oldest_on date)
language sql stable security definer set search_path = ''
as $$
  select member.class_id, count(*)::integer, min((request.created_at at time zone school.time_zone)::date)
  from public.child_requests request
  join public.schools school on school.school_id = request.school_id
  left join lateral (
    select own.class_id from public.class_students own
    where own.school_id = request.school_id and own.student_id = request.student_id and own.is_current
    order by own.from_on desc, own.id
    limit 1
  ) member on true
  where request.school_id = app.current_school_id() and request.kind = 'delete' and request.state = 'open'
    and (app.reaches('data_request.handle', app.current_school_id()) or app.reaches('school.update', app.current_school_id()))
  group by member.class_id
$$;

grant execute on function app.open_delete_wishes() to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.open_delete_wishes();

reset role;
