-- migrate:up
set local role studystreaks_owner;

-- How long ago the school last heard from each child of a class or from the child's family, together and coarsely: no times, no
-- devices, nobody's name. Security: staff who read the class's roster, and of it those children alone whom they may see.
create function app.class_contact(class uuid) returns table (student_id uuid, heard text)
language sql stable security definer set search_path = ''
as $$
  select member.student_id,
    case
      when latest.heard_at is null then 'never'
      when (latest.heard_at at time zone school.time_zone)::date = app.today(member.school_id) then 'today'
      when latest.heard_at > now() - interval '7 days' then 'week'
      else 'longer'
    end
  from public.class_students member
  join public.schools school on school.school_id = member.school_id
  left join lateral (
    select max(greatest(person.last_seen_at, contact.last_contact_at)) as heard_at
    from public.users person
    left join public.device_contacts contact on contact.school_id = person.school_id and contact.user_id = person.id
    where person.school_id = member.school_id and person.status = 'active'
      and (
        person.id = member.student_id
        or person.id in (
          select guardianship.parent_id from public.parent_students guardianship
          where guardianship.school_id = member.school_id and guardianship.student_id = member.student_id and guardianship.is_current))
  ) latest on true
  where member.school_id = app.current_school_id() and member.class_id = $1 and member.is_current
    and app.reaches('class_staff.read', member.class_id) and app.reaches('student.read', member.student_id)
$$;

comment on function app.class_contact(uuid) is
  'Of each child of a class that the caller reads: whether the school heard from the child or the family today, within a week, longer ago or never.';
grant execute on function app.class_contact(uuid) to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.class_contact(uuid);

reset role;
