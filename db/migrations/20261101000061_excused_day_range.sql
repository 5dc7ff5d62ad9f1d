-- migrate:up
set local role studystreaks_owner;

-- At most 28 days back, from when the device was last in contact: a device that was offline for weeks loses nothing. And at
-- most 28 days ahead. Whoever said another day is told so.
create or replace function app.receive_excused_day() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
  earliest date;
  latest date;
begin
  -- Security: scope before existence.
  if requester is null then
    return new;
  end if;
  if not coalesce(app.reaches('excused_day.create', new.student_id), false) then
    raise exception 'this student is out of reach' using errcode = 'insufficient_privilege';
  end if;
  new.set_by := requester;
  select
    (coalesce(contact.last_contact_at, now()) at time zone school.time_zone)::date - 28,
    (now() at time zone school.time_zone)::date + 28
  into earliest, latest
  from public.schools school
  left join public.device_contacts contact
    on contact.school_id = school.school_id and contact.user_id = requester and contact.device_id = new.device_id
  where school.school_id = new.school_id;
  if new.day < earliest or new.day > latest then
    raise exception 'a day is excused at most 28 days later, and 28 days before' using errcode = 'SS428';
  end if;
  return new;
end
$$;

reset role;

-- migrate:down
set local role studystreaks_owner;

create or replace function app.receive_excused_day() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
  earliest date;
begin
  -- Security: scope before existence.
  if requester is null then
    return new;
  end if;
  if not coalesce(app.reaches('excused_day.create', new.student_id), false) then
    raise exception 'this student is out of reach' using errcode = 'insufficient_privilege';
  end if;
  new.set_by := requester;
  select (coalesce(contact.last_contact_at, now()) at time zone school.time_zone)::date - 28 into earliest
  from public.schools school
  left join public.device_contacts contact
    on contact.school_id = school.school_id and contact.user_id = requester and contact.device_id = new.device_id
  where school.school_id = new.school_id;
  if new.day < earliest then
    raise exception 'a day is excused at most 28 days later' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

reset role;
