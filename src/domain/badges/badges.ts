import type { Badge } from './badge.ts';
import { forGood, gardenInBloom } from './garden.ts';
import { teamJar } from './team-jar.ts';
import { comeback, everyWeekMet, isWeekMetOn, runOf, steady, weekMet, welcomeBack } from './weeks.ts';
import { approvedAgain, approvedPieces, everyCoreClub, everyStrand, firstPiece, readings, stepsInAClub, topicProject } from './work.ts';

/** Every badge that a rule gives, in the order in which a child meets them. Names, sentences and pictures: `src/lib/ui/badges`. */
export const badges = [
  { id: 'first_step', standing: firstPiece },
  { id: 'week_star', standing: weekMet },
  { id: 'run_5', standing: runOf(5) },
  { id: 'four_corners', standing: everyCoreClub },
  { id: 'try_again_1', standing: approvedAgain(1) },
  { id: 'step_up', standing: stepsInAClub(1) },
  { id: 'story_teller', standing: approvedPieces(10, 'english') },
  { id: 'number_ninja', standing: approvedPieces(10, 'mathematics') },
  { id: 'lab_coat', standing: approvedPieces(10, 'science') },
  { id: 'explorer', standing: approvedPieces(10, 'topic') },
  { id: 'run_10', standing: runOf(10) },
  { id: 'comeback', standing: comeback, stays: isWeekMetOn },
  { id: 'welcome_back', standing: welcomeBack },
  { id: 'half_term_hero', standing: everyWeekMet },
  { id: 'topic_finisher', standing: topicProject },
  { id: 'all_rounder', standing: everyStrand },
  { id: 'class_garden', standing: gardenInBloom, stays: forGood },
  { id: 'run_25', standing: runOf(25) },
  { id: 'try_again_5', standing: approvedAgain(5) },
  { id: 'stage_finished', standing: stepsInAClub(3) },
  { id: 'team_jar', standing: teamJar, stays: forGood },
  { id: 'run_50', standing: runOf(50) },
  { id: 'bookworm', standing: readings(25) },
  { id: 'steady', standing: steady },
  { id: 'century', standing: approvedPieces(100) },
  { id: 'run_100', standing: runOf(100) },
] as const satisfies readonly Badge[];

export type BadgeId = (typeof badges)[number]['id'];
