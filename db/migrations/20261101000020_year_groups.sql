-- migrate:up
set local role studystreaks_owner;

-- The year groups of each nation, in their order: another nation's primary school is another list here, not another code path.
-- The same for every school.
create table year_groups (
  nation text not null
    constraint year_groups_nation_known check (nation in ('england', 'wales', 'scotland', 'northern_ireland')),
  name text not null,
  position integer not null constraint year_groups_position_positive check (position >= 1),
  -- What the nation's curriculum calls this part of school: EYFS, KS1, KS2, or its own names.
  key_stage text not null,
  constraint year_groups_pkey primary key (nation, name),
  constraint year_groups_position_unique unique (nation, position)
);
comment on table year_groups is 'The year groups of a primary school in each nation, and the key stage that each belongs to.';

insert into year_groups (nation, name, position, key_stage)
select nation, name, position, key_stage
from (values ('england'), ('wales')) as place (nation)
cross join (values
  ('R', 1, 'EYFS'), ('1', 2, 'KS1'), ('2', 3, 'KS1'), ('3', 4, 'KS2'), ('4', 5, 'KS2'), ('5', 6, 'KS2'), ('6', 7, 'KS2')
) as scheme (name, position, key_stage)
union all
select 'scotland', name, position, key_stage
from (values
  ('P1', 1, 'Early'), ('P2', 2, 'First'), ('P3', 3, 'First'), ('P4', 4, 'First'), ('P5', 5, 'Second'), ('P6', 6, 'Second'), ('P7', 7, 'Second')
) as scheme (name, position, key_stage)
union all
select 'northern_ireland', name, position, key_stage
from (values
  ('P1', 1, 'Foundation'), ('P2', 2, 'Foundation'), ('P3', 3, 'KS1'), ('P4', 4, 'KS1'), ('P5', 5, 'KS2'), ('P6', 6, 'KS2'), ('P7', 7, 'KS2')
) as scheme (name, position, key_stage);

grant select on year_groups to authenticated_user, background_worker;
-- No insert, no update, no delete: a nation's scheme changes by migration.

-- The key stages of year groups at a school, in their order. Raises a check violation for a year group that its nation does not know.
create function app.key_stages(school uuid, names text[]) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  place text := (select nation from public.schools where school_id = school);
  unknown text;
  stages text[];
begin
  select wanted.name into unknown
  from unnest(names) as wanted (name)
  where not exists (select from public.year_groups known where known.nation = place and known.name = wanted.name)
  limit 1;
  if found then
    raise exception 'a school in % has no year group %', place, unknown using errcode = 'check_violation';
  end if;

  select array_agg(stage.key_stage order by stage.first) into stages
  from (
    select known.key_stage, min(known.position) as first
    from public.year_groups known
    where known.nation = place and known.name = any (names)
    group by known.key_stage
  ) stage;
  return coalesce(stages, '{}');
end
$$;

-- A class of mixed ages has several year groups, and perhaps several key stages.
alter table classes
  add column key_stages text[] not null default '{}',
  add constraint classes_year_groups_some check (cardinality(year_groups) >= 1);
comment on column classes.key_stages is 'Follows from year_groups: set by a trigger, never by hand.';
grant select (key_stages) on classes to authenticated_user;

create function app.set_key_stages() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.key_stages := app.key_stages(new.school_id, new.year_groups);
  return new;
end
$$;

create trigger set_key_stages before insert or update of year_groups, key_stages on classes
for each row execute function app.set_key_stages();

create function app.check_year_groups() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_table_name = 'students' then
    perform app.key_stages(school_id, array_agg(distinct year_group)) from changed group by school_id;
  else
    perform app.key_stages(school_id, year_groups) from changed;
  end if;
  return null;
end
$$;

call app.follow('students', 'year_group', 'app.check_year_groups()');
call app.follow('clubs', 'year_group', 'app.check_year_groups()');

-- A school changes its nation while nobody is in a year group that the other nation does not know.
create function app.check_nation() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.key_stages(new.id, array_agg(distinct year_group)) from public.students where school_id = new.id;
  perform app.key_stages(new.id, year_groups) from public.clubs where school_id = new.id;
  update public.classes set year_groups = year_groups where school_id = new.id;
  return null;
end
$$;

create trigger check_nation after update of nation on schools for each row
when (old.nation is distinct from new.nation) execute function app.check_nation();

-- What is there already.
update classes set key_stages = app.key_stages(school_id, year_groups);

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.check_nation(), app.check_year_groups(), app.set_key_stages() cascade;
alter table classes drop constraint classes_year_groups_some, drop column key_stages;
drop function app.key_stages(uuid, text[]);
drop table year_groups;

reset role;
