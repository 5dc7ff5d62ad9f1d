-- migrate:up
set local role studystreaks_owner;

-- What a school sets for itself. Private by default: nothing of a child is shown to other children until the school says so.
alter table schools
  -- The name under which its picture is stored; null: none.
  add column crest text constraint schools_crest_length check (char_length(crest) between 1 and 200),
  add column leaderboard text not null default 'off'
    constraint schools_leaderboard_known check (leaderboard in ('off', 'team', 'individual')),
  add column has_buddy_groups boolean not null default false;

comment on table schools is 'A school: the tenant. Who it is, what it looks like, and what it has switched on.';

create policy changer on schools for update to authenticated_user
  using (app.reaches('school.update', scope_id)) with check (app.reaches('school.update', scope_id));
grant select (urn, dfe_number, crest, leaderboard, has_buddy_groups) on schools to authenticated_user;
-- No slug, nation, time zone or status: the platform's operator sets those, since sign-in and every date hang on them.
grant update (name, urn, dfe_number, colour, crest, leaderboard, has_buddy_groups) on schools to authenticated_user;

drop trigger stamp_changed on schools;
create trigger stamp_changed after update on schools for each row
when ((old.name, old.slug, old.time_zone, old.colour, old.crest, old.leaderboard, old.has_buddy_groups)
  is distinct from (new.name, new.slug, new.time_zone, new.colour, new.crest, new.leaderboard, new.has_buddy_groups))
execute function app.stamp_one('stamped', 'school');

-- How a parent wants to be reached and what the app shows: the parent's own to change.
alter table parents
  add column preferences jsonb not null default '{}' constraint parents_preferences_object check (jsonb_typeof(preferences) = 'object');
create policy changer on parents for update to authenticated_user
  using (id = app.current_user_id()) with check (id = app.current_user_id());
grant select (phone_encrypted, preferences), update (phone_encrypted, preferences) on parents to authenticated_user;

-- The rule of a step: so many approved pieces, over so many of the club's strands.
alter table club_levels
  add column approved_needed integer not null default 6 constraint club_levels_approved_positive check (approved_needed >= 1),
  add column strands_needed integer not null default 2 constraint club_levels_strands_positive check (strands_needed >= 1),
  add constraint club_levels_of_club unique (school_id, club_id, id);

alter table student_progress
  add column points integer not null default 0 constraint student_progress_points_positive check (points >= 0),
  add column level integer not null default 1 constraint student_progress_level_positive check (level >= 1),
  add column badges text[] not null default '{}';
grant insert (points, level, badges), update (points, level, badges) on student_progress to background_worker;

-- A printed card signs a child in by a random secret; its hash leads to the school.
alter table credentials add column card_hash bytea;

alter table sign_in_lookup drop constraint sign_in_lookup_kind_known;
alter table sign_in_lookup add constraint sign_in_lookup_kind_known
  check (kind in ('session', 'class_code', 'school_slug', 'card', 'invitation', 'delivery_token'));

-- look_up(kind, column): keeps sign_in_lookup in step with a hash that somebody comes with before their school is known.
create function app.look_up() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  former bytea;
  present bytea;
begin
  if tg_op <> 'INSERT' then
    former := (to_jsonb(old) ->> tg_argv[1])::bytea;
  end if;
  if tg_op <> 'DELETE' then
    present := (to_jsonb(new) ->> tg_argv[1])::bytea;
  end if;
  if former is not distinct from present then
    return null;
  end if;
  delete from public.sign_in_lookup where kind = tg_argv[0] and hash = former;
  if present is not null then
    insert into public.sign_in_lookup (kind, hash, school_id, subject_id) values (tg_argv[0], present, new.school_id, new.id);
  end if;
  return null;
end
$$;

create trigger look_up after insert or update of card_hash or delete on credentials
for each row execute function app.look_up('card', 'card_hash');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.look_up() cascade;
alter table credentials drop column card_hash;
delete from sign_in_lookup where kind not in ('session', 'class_code', 'school_slug');
alter table sign_in_lookup drop constraint sign_in_lookup_kind_known;
alter table sign_in_lookup add constraint sign_in_lookup_kind_known check (kind in ('session', 'class_code', 'school_slug'));

alter table student_progress drop column points, drop column level, drop column badges;
alter table club_levels drop constraint club_levels_of_club, drop column approved_needed, drop column strands_needed;

revoke select (phone_encrypted), update (phone_encrypted) on parents from authenticated_user;
drop policy changer on parents;
alter table parents drop column preferences;

drop trigger stamp_changed on schools;
create trigger stamp_changed after update on schools for each row
when ((old.name, old.slug, old.time_zone, old.colour) is distinct from (new.name, new.slug, new.time_zone, new.colour))
execute function app.stamp_one('stamped', 'school');
revoke select (urn, dfe_number), update (name, urn, dfe_number, colour) on schools from authenticated_user;
drop policy changer on schools;
comment on table schools is null;
alter table schools drop column crest, drop column leaderboard, drop column has_buddy_groups;

reset role;
