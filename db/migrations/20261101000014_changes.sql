-- migrate:up
set local role studystreaks_owner;

-- Where the school's clock stands; in the same snapshot as a page it is what has been seen whole.
create function app.head() returns table (epoch bigint, version bigint)
language sql stable security definer set search_path = ''
as $$ select clock.epoch, clock.version from public.school_clock clock where clock.school_id = app.current_school_id() $$;

-- One page of a collection for the person of this transaction (S6, S10, S11): what lies beyond the cursor
-- (effective version, document id), in that order, full unless nothing is left.
--   forward  an open grant shows a document at max(version, from_version); a closed one takes away at to_version everything
--            that was there by then, unless another grant is open on the same bucket
--   back     a first sync: newest first, from below (back_version, back_id), without tombstones
-- What is deleted or archived is a tombstone. Grants that a device does not hold, or that have expired, show nothing.
create function app.changes(
  collection_name text, audiences text[], forward_version bigint, forward_id uuid, back_version bigint, back_id uuid, direction text, page integer)
returns table (document_id uuid, version bigint, effective_version bigint, is_deleted boolean)
language plpgsql stable security definer set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  school uuid := app.current_school_id();
  member uuid := app.current_user_id();
begin
  if direction = 'back' then
    return query
    select found.document_id, found.version, found.effective_version, false
    from public.access_grants grants
    cross join lateral (
      select entry.document_id, entry.version, greatest(entry.version, grants.from_version) as effective_version
      from public.sync_index entry
      where entry.school_id = school and entry.audience = grants.audience and entry.scope_id = grants.scope_id
        and entry.collection = collection_name
        and entry.version <= back_version
        and (greatest(entry.version, grants.from_version), entry.document_id) < (back_version, back_id)
        and not entry.is_deleted and not entry.is_archived
      order by greatest(entry.version, grants.from_version) desc, entry.document_id desc
      limit page
    ) found
    where grants.school_id = school and grants.user_id = member and grants.to_version is null and grants.on_device
      and grants.audience = any (audiences) and (grants.expires_at is null or grants.expires_at > now())
      and grants.from_version <= back_version
    order by found.effective_version desc, found.document_id desc
    limit page;
    return;
  end if;

  -- Nothing has happened in the school since: most pulls end here.
  if not exists (
    select from public.school_clock clock
    where clock.school_id = school and (clock.version, 'ffffffff-ffff-ffff-ffff-ffffffffffff') > (forward_version, forward_id)
  ) then
    return;
  end if;

  return query
  select found.document_id, found.version, found.effective_version, found.is_deleted
  from (
    -- Grants that the device has had since before its cursor: a range of the bucket's index each.
    select recent.document_id, recent.version, recent.version as effective_version, recent.is_deleted
    from public.access_grants grants
    cross join lateral (
      select entry.document_id, entry.version, entry.is_deleted or entry.is_archived as is_deleted
      from public.sync_index entry
      where entry.school_id = school and entry.audience = grants.audience and entry.scope_id = grants.scope_id
        and entry.collection = collection_name
        and (entry.version, entry.document_id) > (forward_version, forward_id)
      order by entry.version, entry.document_id
      limit page
    ) recent
    where grants.school_id = school and grants.user_id = member and grants.to_version is null and grants.on_device
      and grants.audience = any (audiences) and (grants.expires_at is null or grants.expires_at > now())
      and grants.from_version < forward_version
    union all
    -- Grants that are new to it: the whole bucket, none of it before the grant.
    select fresh.document_id, fresh.version, fresh.effective_version, fresh.is_deleted
    from public.access_grants grants
    cross join lateral (
      select entry.document_id, entry.version, greatest(entry.version, grants.from_version) as effective_version,
        entry.is_deleted or entry.is_archived as is_deleted
      from public.sync_index entry
      where entry.school_id = school and entry.audience = grants.audience and entry.scope_id = grants.scope_id
        and entry.collection = collection_name
        and (greatest(entry.version, grants.from_version), entry.document_id) > (forward_version, forward_id)
      order by greatest(entry.version, grants.from_version), entry.document_id
      limit page
    ) fresh
    where grants.school_id = school and grants.user_id = member and grants.to_version is null and grants.on_device
      and grants.audience = any (audiences) and (grants.expires_at is null or grants.expires_at > now())
      and grants.from_version >= forward_version
    union all
    -- Grants that ended: everything that was there when they did is to be forgotten.
    select gone.document_id, gone.version, ended.to_version, true
    from (
      select grants.audience, grants.scope_id, max(grants.to_version) as to_version
      from public.access_grants grants
      where grants.school_id = school and grants.user_id = member and grants.to_version >= forward_version and grants.on_device
        and grants.audience = any (audiences)
        and not exists (
          select from public.access_grants again
          where again.school_id = school and again.user_id = member and again.to_version is null and again.on_device
            and again.audience = grants.audience and again.scope_id = grants.scope_id
            and (again.expires_at is null or again.expires_at > now())
        )
      group by grants.audience, grants.scope_id
    ) ended
    cross join lateral (
      select entry.document_id, entry.version
      from public.sync_index entry
      where entry.school_id = school and entry.audience = ended.audience and entry.scope_id = ended.scope_id
        and entry.collection = collection_name and entry.created_version <= ended.to_version
        and (ended.to_version, entry.document_id) > (forward_version, forward_id)
      order by entry.document_id
      limit page
    ) gone
  ) found
  order by found.effective_version, found.document_id
  limit page;
end
$$;

-- The short way for devices that had caught up: all that is new of these collections, each after its version (of which the
-- device has everything), in one look at what the school changed last. The same rows as app.changes gives, or for a collection
-- one row without a document, where the long way is needed: rights of the person changed too, or much happened.
create function app.recent_changes(names text[], versions bigint[])
returns table (collection text, document_id uuid, version bigint, is_deleted boolean)
language plpgsql stable security definer set search_path = ''
set plan_cache_mode = force_generic_plan
-- A plan for any version cannot know that hardly anything lies beyond it.
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  school uuid := app.current_school_id();
  member uuid := app.current_user_id();
  since bigint := (select min(asked) from unnest(versions) as asked);
begin
  if exists (select from public.sync_index where school_id = school and version > since offset 500)
    -- Offset 0: by the index on what the school opened and closed last, not by all that the person has.
    or exists (
      select from (select user_id from public.access_grants where school_id = school and from_version > since offset 0) opened
      where opened.user_id = member)
    or exists (
      select from (select user_id from public.access_grants where school_id = school and to_version > since offset 0) closed
      where closed.user_id = member)
  then
    return query select name, null::uuid, null::bigint, null::boolean from unnest(names) as name;
    return;
  end if;

  return query
  with recent as materialized (
    select * from public.sync_index where school_id = school and version > since
  )
  select recent.collection, recent.document_id, recent.version, recent.is_deleted or recent.is_archived
  from recent
  join unnest(names, versions) as asked (name, version) on asked.name = recent.collection and asked.version < recent.version
  where exists (
    select from public.access_grants grants
    where grants.school_id = school and grants.user_id = member and grants.to_version is null and grants.on_device
      and grants.audience = recent.audience and grants.scope_id = recent.scope_id
      and (grants.expires_at is null or grants.expires_at > now())
    -- Looked up for each of the few changes, not read whole to be joined.
    offset 0
  )
  order by recent.version, recent.document_id;
end
$$;

-- What the person's devices should hold of a collection now (S23).
create function app.digest(collection_name text, audiences text[])
returns table (document_id uuid, version bigint)
language sql stable security definer set search_path = ''
as $$
  select entry.document_id, entry.version
  from public.access_grants grants
  join public.sync_index entry
    on entry.school_id = grants.school_id and entry.audience = grants.audience and entry.scope_id = grants.scope_id
      and entry.collection = collection_name and not entry.is_deleted and not entry.is_archived
  where grants.school_id = app.current_school_id() and grants.user_id = app.current_user_id() and grants.to_version is null
    and grants.on_device and grants.audience = any (audiences) and (grants.expires_at is null or grants.expires_at > now())
$$;

-- The index's rows of these documents, as far as a pull would show them to the person of this transaction: what a conflict
-- may answer with (S14), and how a push knows that a document was deleted. A grant that has ended shows nothing.
create function app.document_versions(collection_name text, documents uuid[])
returns table (document_id uuid, version bigint, is_deleted boolean)
language sql stable security definer set search_path = ''
as $$
  select entry.document_id, entry.version, entry.is_deleted or entry.is_archived
  from unnest(documents) as asked (id)
  join public.sync_index entry
    on entry.school_id = app.current_school_id() and entry.collection = collection_name and entry.document_id = asked.id
  where exists (
    select from public.access_grants grants
    where grants.school_id = entry.school_id and grants.user_id = app.current_user_id() and grants.audience = entry.audience
      and grants.scope_id = entry.scope_id and grants.to_version is null and grants.on_device
      and (grants.expires_at is null or grants.expires_at > now())
  )
$$;

grant execute on function
  app.head(), app.changes(text, text[], bigint, uuid, bigint, uuid, text, integer), app.recent_changes(text[], bigint[]),
  app.digest(text, text[]), app.document_versions(text, uuid[])
to authenticated_user;

-- For the live hub (S18): which buckets, and whose grants, changed after a version. Rows name a bucket or a user.
create function app.touched_since(school uuid, after_version bigint)
returns table (audience text, scope_id uuid, user_id uuid)
language sql stable security definer set search_path = ''
as $$
  select distinct entry.audience, entry.scope_id, null::uuid
  from public.sync_index entry where entry.school_id = school and entry.version > after_version
  union all
  select null, null, changed.user_id
  from (
    select grants.user_id from public.access_grants grants where grants.school_id = school and grants.from_version > after_version
    union
    select grants.user_id from public.access_grants grants where grants.school_id = school and grants.to_version > after_version
  ) changed
$$;

create function app.clocks() returns table (school_id uuid, version bigint)
language sql stable security definer set search_path = ''
as $$ select clock.school_id, clock.version from public.school_clock clock $$;

grant execute on function app.touched_since(uuid, bigint), app.clocks() to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.clocks(), app.touched_since(uuid, bigint), app.document_versions(text, uuid[]), app.digest(text, text[]),
  app.recent_changes(text[], bigint[]), app.changes(text, text[], bigint, uuid, bigint, uuid, text, integer), app.head();

reset role;
