-- migrate:up
set local role studystreaks_owner;

-- Since when the card that opens has been the child's. The card's secret is nowhere: card_hash is its SHA-256.
alter table credentials add column card_issued_at timestamptz;
update credentials set card_issued_at = now() where card_hash is not null;
alter table credentials
  add constraint credentials_card_dated check ((card_hash is null) = (card_issued_at is null)),
  add constraint credentials_card_hash_length check (octet_length(card_hash) = 32);
call app.audit('credentials');

insert into permissions (name, audience, kind, sentence) values
  ('card.issue', 'student', 'write', 'Give a child a sign-in card, and end it.');
insert into role_template_permissions (role_name, permission, on_device) values
  ('teacher', 'card.issue', true),
  ('school_admin', 'card.issue', true);
insert into role_permissions (school_id, role_id, permission, on_device)
select school_id, id, 'card.issue', true from roles where is_template and name in ('teacher', 'school_admin');

-- Gives each child the card of that place in the list, by its hash in hex; the earlier one ends in the same statement. Says whom it was given to:
-- active children whom the person of this transaction reaches, and nobody else.
create function app.issue_cards(students uuid[], hashes text[]) returns setof uuid
language sql volatile security definer set search_path = ''
as $$
  -- What an earlier card has opened ends with it: it may be in other hands.
  delete from public.sessions live
  using public.credentials credential
  where credential.school_id = app.current_school_id() and credential.user_id = any ($1) and credential.card_hash is not null
    and app.reaches('card.issue', credential.user_id)
    and live.school_id = credential.school_id and live.user_id = credential.user_id;

  insert into public.credentials as credential (school_id, user_id, card_hash, card_issued_at)
  select person.school_id, person.id, decode(card.hash, 'hex'), now()
  from unnest($1, $2) as card (student_id, hash)
  join public.users person on person.school_id = app.current_school_id() and person.id = card.student_id
  where person.kind = 'student' and person.status = 'active' and app.reaches('card.issue', person.id)
  on conflict (school_id, user_id) do update set card_hash = excluded.card_hash, card_issued_at = excluded.card_issued_at
  returning credential.user_id;
$$;

-- Ends the cards of these children, and what they have opened. Says whom the person of this transaction reaches of them.
create function app.revoke_cards(students uuid[]) returns setof uuid
language sql volatile security definer set search_path = ''
as $$
  delete from public.sessions live
  using public.credentials credential
  where credential.school_id = app.current_school_id() and credential.user_id = any ($1) and credential.card_hash is not null
    and app.reaches('card.issue', credential.user_id)
    and live.school_id = credential.school_id and live.user_id = credential.user_id;

  update public.credentials set card_hash = null, card_issued_at = null
  where school_id = app.current_school_id() and user_id = any ($1) and card_hash is not null and app.reaches('card.issue', user_id);

  select person.id from public.users person
  where person.school_id = app.current_school_id() and person.id = any ($1) and person.kind = 'student' and app.reaches('card.issue', person.id);
$$;

-- Which children of a class have a card, and since when; never what is on it.
create function app.cards_of_class(class uuid)
returns table (student_id uuid, issued_at timestamptz)
language sql stable security definer set search_path = ''
as $$
  select membership.student_id, credential.card_issued_at
  from public.class_students membership
  join public.credentials credential on credential.school_id = membership.school_id and credential.user_id = membership.student_id
  where membership.school_id = app.current_school_id() and membership.class_id = $1 and membership.is_current
    and credential.card_hash is not null and app.reaches('card.issue', membership.student_id);
$$;

grant execute on function app.issue_cards(uuid[], text[]), app.revoke_cards(uuid[]), app.cards_of_class(uuid) to authenticated_user;

-- Whose card it is, and that they were here. Wrong pictures of a child's do not lock the card: nobody can guess it; nor does the card
-- forgive them, or each use would give whoever guesses pictures more tries.
create function app.child_by_card(card_hash bytea)
returns table (school_id uuid, user_id uuid, kind text)
language sql volatile security definer set search_path = ''
as $$
  update public.users person set last_seen_at = now()
  from public.sign_in_lookup lookup
  join public.schools school on school.school_id = lookup.school_id and school.status = 'active'
  where lookup.kind = 'card' and lookup.hash = $1
    and person.school_id = lookup.school_id and person.id = lookup.subject_id and person.kind = 'student' and person.status = 'active'
  returning person.school_id, person.id, person.kind;
$$;

grant execute on function app.child_by_card(bytea) to sign_in;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.child_by_card(bytea), app.cards_of_class(uuid), app.revoke_cards(uuid[]), app.issue_cards(uuid[], text[]);
delete from role_permissions where permission = 'card.issue';
delete from role_template_permissions where permission = 'card.issue';
delete from permissions where name = 'card.issue';
-- Deferred checks speak now: what follows alters tables that they read.
set constraints all immediate;
alter table credentials drop constraint credentials_card_hash_length, drop constraint credentials_card_dated, drop column card_issued_at;
call app.audit('credentials');

reset role;
