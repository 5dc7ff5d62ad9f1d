-- migrate:up
set local role studystreaks_owner;

-- What the school says of whoever the letter is for, as it issues it: never what they say of themselves.
alter table invitations
  add column has_parental_responsibility boolean not null default false,
  add column is_primary_contact boolean not null default false;
grant select (has_parental_responsibility, is_primary_contact), insert (has_parental_responsibility, is_primary_contact)
  on invitations to authenticated_user;
grant select (has_parental_responsibility, is_primary_contact) on invitations to background_worker;
call app.audit('invitations');

-- The invitation of a code, while it may be used; why it may not is nobody's business. Only what a letter says itself is told.
create function app.invitation_by_code(code_hash bytea)
returns table (school_id uuid, school_name text, school_slug text, student_id uuid, first_name_encrypted bytea)
language sql stable security definer set search_path = ''
as $$
  select school.school_id, school.name, school.slug, person.id, person.first_name_encrypted
  from public.sign_in_lookup lookup
  join public.invitations invitation on invitation.school_id = lookup.school_id and invitation.id = lookup.subject_id
  join public.schools school on school.school_id = invitation.school_id and school.status = 'active'
  join public.users person on person.school_id = invitation.school_id and person.id = invitation.student_id and person.status = 'active'
  join public.students student on student.school_id = person.school_id and student.id = person.id
  where lookup.kind = 'invitation' and lookup.hash = $1
    and invitation.used_at is null and invitation.revoked_at is null and invitation.expires_at > now()
    and (student.left_on is null or student.left_on >= app.today(student.school_id))
$$;

-- Uses an invitation for a parent of its school: says whose parent they are now, or why not. Of two at once the second waits, and then
-- finds it used. Whoever belongs to the child already leaves it good for somebody else, and gains no right by it.
create function app.use_invitation(code_hash bytea, member uuid, guardianship uuid, relationship text) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  invited record;
begin
  select invitation.* into invited
  from public.sign_in_lookup lookup
  join public.invitations invitation on invitation.school_id = lookup.school_id and invitation.id = lookup.subject_id
  where lookup.kind = 'invitation' and lookup.hash = $1
    and invitation.used_at is null and invitation.revoked_at is null and invitation.expires_at > now()
    and exists (select from app.invitation_by_code($1))
    and exists (
      select from public.parents parent
      join public.users person on person.school_id = parent.school_id and person.id = parent.id and person.status = 'active'
      where parent.school_id = invitation.school_id and parent.id = member
    )
  for update of invitation;
  if not found then
    return 'not_found';
  end if;
  if exists (
    select from public.parent_students link
    where link.school_id = invited.school_id and link.parent_id = member and link.student_id = invited.student_id
      and (link.until_on is null or link.until_on >= app.today(link.school_id))
  ) then
    return 'already';
  end if;
  update public.invitations set used_by = member, used_at = now() where school_id = invited.school_id and id = invited.id;
  insert into public.parent_students as link
    (school_id, id, parent_id, student_id, relationship, is_primary_contact, has_parental_responsibility, from_on)
  values (invited.school_id, guardianship, member, invited.student_id, $4, invited.is_primary_contact,
    invited.has_parental_responsibility, app.today(invited.school_id))
  -- Ended today and invited anew today.
  on conflict on constraint parent_students_once do update
  set until_on = null, relationship = excluded.relationship, is_primary_contact = excluded.is_primary_contact,
    has_parental_responsibility = excluded.has_parental_responsibility;
  return 'joined';
end
$$;

-- A new parent: an account, its role, and the child of the code. False, and nothing is there, where the code or the address is taken.
create function app.join_as_parent(
  code_hash bytea, member uuid, name_encrypted bytea, email_encrypted bytea, email_index bytea, password_hash text, guardianship uuid,
  relationship text)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid;
begin
  -- Held until the end: of two at once the second finds the code used before it has made an account.
  select invitation.school_id into school
  from public.sign_in_lookup lookup
  join public.invitations invitation on invitation.school_id = lookup.school_id and invitation.id = lookup.subject_id
  where lookup.kind = 'invitation' and lookup.hash = $1
    and invitation.used_at is null and invitation.revoked_at is null and invitation.expires_at > now()
    and exists (select from app.invitation_by_code($1))
  for update of invitation;
  if not found then
    return false;
  end if;
  insert into public.users (school_id, id, kind, name_encrypted, email_encrypted, email_index)
  values (school, member, 'parent', $3, $4, $5)
  on conflict on constraint users_email_unique do nothing;
  if not found then
    return false;
  end if;
  insert into public.parents (school_id, id) values (school, member);
  insert into public.credentials (school_id, user_id, password_hash) values (school, member, $6);
  insert into public.user_roles (school_id, user_id, role_id)
  select school_id, member, id from public.roles where school_id = school and name = 'parent' and is_template;
  if app.use_invitation($1, member, guardianship, $8) <> 'joined' then
    raise exception 'an invitation that is held is used';
  end if;
  return true;
end
$$;

-- One more child, for the parent of this transaction.
create function app.join_child(code_hash bytea, guardianship uuid, relationship text) returns text
language sql volatile security definer set search_path = ''
as $$ select app.use_invitation($1, app.current_user_id(), $2, $3) $$;

grant execute on function app.invitation_by_code(bytea), app.join_as_parent(bytea, uuid, bytea, bytea, bytea, text, uuid, text) to sign_in;
grant execute on function app.join_child(bytea, uuid, text) to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.join_child(bytea, uuid, text), app.join_as_parent(bytea, uuid, bytea, bytea, bytea, text, uuid, text),
  app.use_invitation(bytea, uuid, uuid, text), app.invitation_by_code(bytea);
-- Deferred checks speak now: what follows alters a table that they read.
set constraints all immediate;
alter table invitations drop column has_parental_responsibility, drop column is_primary_contact;
call app.audit('invitations');

reset role;
