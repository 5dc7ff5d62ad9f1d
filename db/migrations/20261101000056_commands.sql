-- migrate:up
set local role studystreaks_owner;

-- A command's answer is a notice (S31).
alter table notices drop constraint notices_kind_known,
  add constraint notices_kind_known check (kind in ('rejection', 'command'));

-- Dissolves a buddy group of a class that the person forms groups in. False: it was dissolved already, which nobody's grants show
-- any more. Who reaches the class alone learns that there is, or was, such a group.
create function app.dissolve_group(dissolved uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  standing public.buddy_groups;
begin
  select * into standing from public.buddy_groups where school_id = app.current_school_id() and id = dissolved for no key update;
  -- One answer for a group out of reach and one that is not there.
  if not found or not coalesce(app.reaches('group.form', standing.class_id), false) then
    raise exception 'this group is out of reach' using errcode = 'insufficient_privilege';
  end if;
  if standing.dissolved_at is not null then
    return false;
  end if;
  update public.buddy_groups set dissolved_at = now() where school_id = standing.school_id and id = standing.id;
  return true;
end
$$;

grant execute on function app.dissolve_group(uuid) to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.dissolve_group(uuid);
delete from notices where kind = 'command';
alter table notices drop constraint notices_kind_known,
  add constraint notices_kind_known check (kind in ('rejection'));

reset role;
