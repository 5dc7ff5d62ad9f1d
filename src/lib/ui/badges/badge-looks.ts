import type { BadgeId } from '#domain/badges/badges.ts';
import { m } from '$lib/messages/generated/messages.js';
import type { ArtName } from '../art/art.ts';

export interface BadgeLook {
  readonly art: ArtName;
  readonly name: () => string;
  /** How to earn it. */
  readonly how: () => string;
  /** What it was earned for. */
  readonly done: () => string;
}

/** What children see of each badge. */
export const badgeLooks: Readonly<Record<BadgeId, BadgeLook>> = {
  first_step: { art: 'badge-first-step', name: m.badge_first_step, how: m.badge_first_step_how, done: m.badge_first_step_done },
  week_star: { art: 'badge-week-star', name: m.badge_week_star, how: m.badge_week_star_how, done: m.badge_week_star_done },
  run_5: { art: 'badge-run-5', name: m.badge_run_5, how: m.badge_run_5_how, done: m.badge_run_5_done },
  four_corners: { art: 'badge-four-corners', name: m.badge_four_corners, how: m.badge_four_corners_how, done: m.badge_four_corners_done },
  try_again_1: { art: 'badge-try-again', name: m.badge_try_again_1, how: m.badge_try_again_1_how, done: m.badge_try_again_1_done },
  step_up: { art: 'badge-step-up', name: m.badge_step_up, how: m.badge_step_up_how, done: m.badge_step_up_done },
  story_teller: { art: 'badge-story-teller', name: m.badge_story_teller, how: m.badge_story_teller_how, done: m.badge_story_teller_done },
  number_ninja: { art: 'badge-number-ninja', name: m.badge_number_ninja, how: m.badge_number_ninja_how, done: m.badge_number_ninja_done },
  lab_coat: { art: 'badge-lab-coat', name: m.badge_lab_coat, how: m.badge_lab_coat_how, done: m.badge_lab_coat_done },
  explorer: { art: 'badge-explorer', name: m.badge_explorer, how: m.badge_explorer_how, done: m.badge_explorer_done },
  run_10: { art: 'badge-run-10', name: m.badge_run_10, how: m.badge_run_10_how, done: m.badge_run_10_done },
  comeback: { art: 'badge-comeback', name: m.badge_comeback, how: m.badge_comeback_how, done: m.badge_comeback_done },
  welcome_back: { art: 'badge-welcome-back', name: m.badge_welcome_back, how: m.badge_welcome_back_how, done: m.badge_welcome_back_done },
  half_term_hero: {
    art: 'badge-half-term-hero',
    name: m.badge_half_term_hero,
    how: m.badge_half_term_hero_how,
    done: m.badge_half_term_hero_done,
  },
  topic_finisher: {
    art: 'badge-topic-finisher',
    name: m.badge_topic_finisher,
    how: m.badge_topic_finisher_how,
    done: m.badge_topic_finisher_done,
  },
  all_rounder: { art: 'badge-all-rounder', name: m.badge_all_rounder, how: m.badge_all_rounder_how, done: m.badge_all_rounder_done },
  class_garden: { art: 'badge-class-garden', name: m.badge_class_garden, how: m.badge_class_garden_how, done: m.badge_class_garden_done },
  run_25: { art: 'badge-run-25', name: m.badge_run_25, how: m.badge_run_25_how, done: m.badge_run_25_done },
  try_again_5: { art: 'badge-try-again-5', name: m.badge_try_again_5, how: m.badge_try_again_5_how, done: m.badge_try_again_5_done },
  stage_finished: {
    art: 'badge-stage-finished',
    name: m.badge_stage_finished,
    how: m.badge_stage_finished_how,
    done: m.badge_stage_finished_done,
  },
  team_jar: { art: 'badge-team-jar', name: m.badge_team_jar, how: m.badge_team_jar_how, done: m.badge_team_jar_done },
  run_50: { art: 'badge-run-50', name: m.badge_run_50, how: m.badge_run_50_how, done: m.badge_run_50_done },
  bookworm: { art: 'badge-bookworm', name: m.badge_bookworm, how: m.badge_bookworm_how, done: m.badge_bookworm_done },
  steady: { art: 'badge-steady', name: m.badge_steady, how: m.badge_steady_how, done: m.badge_steady_done },
  century: { art: 'badge-century', name: m.badge_century, how: m.badge_century_how, done: m.badge_century_done },
  run_100: { art: 'badge-run-100', name: m.badge_run_100, how: m.badge_run_100_how, done: m.badge_run_100_done },
};
