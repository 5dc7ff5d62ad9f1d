-- migrate:up
set local role studystreaks_owner;

-- The badges that every school begins with. The same for every school.
create table badge_templates (
  code text not null constraint badge_templates_pkey primary key,
  name text not null,
  sentence text not null,
  -- By a rule, or by a teacher's hand.
  given_by text not null constraint badge_templates_given_by_known check (given_by in ('rule', 'teacher'))
);
comment on table badge_templates is 'The built-in badges, which each new school gets a copy of.';

insert into badge_templates (code, name, sentence, given_by) values
  ('first_step', 'First Step', 'You logged your first piece of homework.', 'rule'),
  ('four_corners', 'Four Corners', 'You had work approved in each of the four clubs.', 'rule'),
  ('week_star', 'Week Star', 'You met your week.', 'rule'),
  ('half_term_hero', 'Half-Term Hero', 'You met every week of a half-term.', 'rule'),
  ('run_5', 'Run of 5', 'Your run reached 5 days.', 'rule'),
  ('run_10', 'Run of 10', 'Your run reached 10 days.', 'rule'),
  ('run_25', 'Run of 25', 'Your run reached 25 days.', 'rule'),
  ('run_50', 'Run of 50', 'Your run reached 50 days.', 'rule'),
  ('run_100', 'Run of 100', 'Your run reached 100 days.', 'rule'),
  ('comeback', 'Comeback', 'You met a week after a week of rest.', 'rule'),
  ('welcome_back', 'Welcome Back', 'You met the first week after a holiday.', 'rule'),
  ('try_again_1', 'Try-Again Champion', 'You tried again, and it was approved.', 'rule'),
  ('try_again_5', 'Try-Again Champion 5', 'You tried again five times, and it was approved.', 'rule'),
  ('step_up', 'Step Up', 'You went up a level.', 'rule'),
  ('stage_finished', 'Stage Finished', 'You finished a whole stage.', 'rule'),
  ('all_rounder', 'All-Rounder', 'You did something of every strand in a club.', 'rule'),
  ('story_teller', 'Story Teller', 'You had 10 pieces approved in English.', 'rule'),
  ('number_ninja', 'Number Ninja', 'You had 10 pieces approved in maths.', 'rule'),
  ('lab_coat', 'Lab Coat', 'You had 10 pieces approved in science.', 'rule'),
  ('explorer', 'Explorer', 'You had 10 pieces approved in topic.', 'rule'),
  ('topic_finisher', 'Topic Finisher', 'You finished a topic project.', 'rule'),
  ('century', 'Century', 'You had 100 pieces approved.', 'rule'),
  ('steady', 'Steady', 'You met 3 of 4 weeks in three half-terms.', 'rule'),
  ('teachers_spark', 'Teacher’s Spark', 'Your teacher saw something special.', 'teacher'),
  ('bookworm', 'Bookworm', 'You logged 25 times that you read.', 'rule'),
  ('team_jar', 'Team Jar', 'You filled the jar with your buddies.', 'rule'),
  ('class_garden', 'Class Garden', 'Your class garden was in full bloom.', 'rule');

grant select on badge_templates to authenticated_user, background_worker;

create table badges (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  -- A built-in badge's; null for the school's own.
  code text,
  name text not null constraint badges_name_length check (char_length(name) between 1 and 60),
  -- One sentence for the child.
  sentence text not null constraint badges_sentence_length check (char_length(sentence) between 1 and 200),
  picture text not null constraint badges_picture_length check (char_length(picture) between 1 and 60),
  given_by text not null constraint badges_given_by_known check (given_by in ('rule', 'teacher')),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  constraint badges_pkey primary key (school_id, id),
  constraint badges_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint badges_code_unique unique (school_id, code),
  -- What references go by that depend on how a badge is given.
  constraint badges_of_giver unique (school_id, id, given_by),
  -- Rules are code: a school's own badge is given by a teacher.
  constraint badges_own_by_teacher check (code is not null or given_by = 'teacher')
);
comment on table badges is 'The badges of a school: the built-in ones, and those of its own.';

call app.isolate('badges');
create policy reader on badges for select to authenticated_user using (app.reaches('school.read', scope_id));
create policy author on badges for insert to authenticated_user with check (app.reaches('badge.manage', school_id));
create policy changer on badges for update to authenticated_user
  using (app.reaches('badge.manage', school_id)) with check (app.reaches('badge.manage', school_id));
grant select on badges to authenticated_user, background_worker;
-- No code: what a rule gives is built in. No delete: a badge that children have is only taken out of use.
grant insert (school_id, id, name, sentence, picture, given_by), update (name, sentence, picture, is_active) on badges to authenticated_user;

create function app.copy_badge_templates() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.badges (school_id, code, name, sentence, picture, given_by)
  select new.id, code, name, sentence, code, given_by from public.badge_templates;
  return null;
end
$$;

create trigger copy_badge_templates after insert on schools for each row execute function app.copy_badge_templates();

insert into badges (school_id, code, name, sentence, picture, given_by)
select school.school_id, template.code, template.name, template.sentence, template.code, template.given_by
from schools school cross join badge_templates template;

create table student_badges (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  badge_id uuid not null,
  given_by text not null,
  -- The teacher who gave it; no reference, since a child keeps it when that teacher is gone.
  teacher_id uuid,
  awarded_on date not null,
  created_at timestamptz not null default now(),
  constraint student_badges_pkey primary key (school_id, id),
  constraint student_badges_once unique (school_id, student_id, badge_id),
  constraint student_badges_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  -- Carries how the badge is given: a teacher never gives what a rule gives.
  constraint student_badges_badge_fkey foreign key (school_id, badge_id, given_by) references badges (school_id, id, given_by) on delete restrict,
  constraint student_badges_given_by_one check ((given_by = 'teacher') = (teacher_id is not null))
);
comment on table student_badges is 'The badges that a child has, and since when. Never taken back, except by what a void undoes.';
create index idx_student_badges_badge on student_badges (school_id, badge_id);

call app.isolate('student_badges');
create policy reader on student_badges for select to authenticated_user using (app.reaches('student.read', scope_id));
create policy author on student_badges for insert to authenticated_user
  with check (app.reaches('badge.award', student_id) and given_by = 'teacher' and teacher_id = app.current_user_id());
grant select on student_badges to authenticated_user;
-- No update, no delete: a badge is given for good.
grant insert (school_id, id, student_id, badge_id, given_by, teacher_id, awarded_on) on student_badges to authenticated_user;
-- Delete: what a void entry had brought.
grant select, insert (school_id, id, student_id, badge_id, given_by, awarded_on), delete on student_badges to background_worker;

-- A child's badges show in its progress.
call app.follow('student_badges', 'touch', 'app.touch(''progress'', ''student_id'')');

-- What a board shows in a week, worked out by the server from those who may be shown.
create table leaderboards (
  school_id uuid not null,
  id uuid not null,
  -- Null: the school's board.
  class_id uuid,
  scope_id uuid not null generated always as (coalesce(class_id, school_id)) stored,
  kind text not null constraint leaderboards_kind_known check (kind in ('garden', 'effort', 'individual')),
  monday date not null constraint leaderboards_monday check (extract(isodow from monday) = 1),
  figures jsonb not null,
  created_at timestamptz not null default now(),
  constraint leaderboards_pkey primary key (school_id, id),
  constraint leaderboards_one_a_week unique (school_id, scope_id, kind, monday),
  constraint leaderboards_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint leaderboards_class_fkey foreign key (school_id, class_id) references classes (school_id, id) on delete cascade
);
comment on table leaderboards is 'The boards of a class or a school, a week each: only figures that may be shown.';
create index idx_leaderboards_class on leaderboards (school_id, class_id) where class_id is not null;

call app.isolate('leaderboards');
create policy class on leaderboards for select to authenticated_user using (app.reaches('class.read', class_id));
create policy school on leaderboards for select to authenticated_user using (class_id is null and app.reaches('school.read', school_id));
grant select on leaderboards to authenticated_user;
-- Derived: nobody's request writes it.
grant select, insert (school_id, id, class_id, kind, monday, figures), update (figures), delete on leaderboards to background_worker;

-- A class's board shows with the class, the school's with the school: only one of the two is there to be touched.
call app.follow('leaderboards', 'touch', 'app.touch(''classes'', ''scope_id'')');
call app.follow('leaderboards', 'touch_school', 'app.touch(''school'', ''scope_id'')');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table leaderboards, student_badges;
drop trigger copy_badge_templates on schools;
drop table badges, badge_templates;
drop function app.copy_badge_templates();

reset role;
