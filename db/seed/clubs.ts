import type { Club } from './model.ts';
import { foundedAt, seedId } from './seed-id.ts';
import type { CoreSubject } from './words/practice.ts';

const stages = ['Reception', 'Year 1', 'Year 2', 'Year 3', 'Year 4', 'Year 5', 'Year 6'] as const;

/** Neutral names, three a stage: no child reads that it is below anybody. */
const levelNames = [
  ['Acorn', 'Root', 'Shoot'],
  ['Sprout', 'Seedling', 'Leaf'],
  ['Stem', 'Bud', 'Twig'],
  ['Sapling', 'Hazel', 'Willow'],
  ['Rowan', 'Birch', 'Cherry'],
  ['Maple', 'Alder', 'Lime'],
  ['Ash', 'Beech', 'Oak'],
] as const;

const core: readonly (Pick<Club, 'subject' | 'name' | 'icon' | 'colour'> & { strands: readonly string[] })[] = [
  {
    subject: 'mathematics',
    name: 'Maths',
    icon: 'mathematics',
    colour: '#2f5d9b',
    strands: ['number', 'calculation', 'fractions', 'measures', 'geometry', 'statistics'],
  },
  {
    subject: 'english',
    name: 'English',
    icon: 'english',
    colour: '#a8432f',
    strands: ['reading', 'phonics and spelling', 'writing', 'speaking'],
  },
  {
    subject: 'science',
    name: 'Science',
    icon: 'science',
    colour: '#3d6e2d',
    strands: ['working scientifically', 'living things', 'materials', 'forces and energy', 'earth and space'],
  },
  {
    subject: 'topic',
    name: 'Topic',
    icon: 'topic',
    colour: '#7a4a8c',
    strands: ['our town', 'light and dark', 'castles', 'journeys', 'growing', 'oceans'],
  },
];

/** The four core clubs, each with the built-in ladder of seven stages of three steps. */
export function coreClubs(slug: string): Club[] {
  return core.map((club) => ({
    ...club,
    id: clubId(slug, club.subject),
    levels: stages.flatMap((stage, stageIndex) =>
      (levelNames[stageIndex] ?? []).map((name, step) => {
        const number = stageIndex * 3 + step + 1;
        return { id: seedId(foundedAt, slug, 'level', club.subject, String(number)), number, name, stage };
      }),
    ),
  }));
}

const clubIds = new Map<string, string>();

export function clubId(slug: string, subject: CoreSubject): string {
  const key = `${slug} ${subject}`;
  const known = clubIds.get(key) ?? seedId(foundedAt, slug, 'club', subject);
  clubIds.set(key, known);
  return known;
}
