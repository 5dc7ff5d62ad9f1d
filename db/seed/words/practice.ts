import type { subjects } from '#domain/collections/school.ts';
import type { Band } from './idea.ts';

export type CoreSubject = Exclude<(typeof subjects)[number], 'other'>;

/** What children log without a task: reading and practice of their own. */
export const practice: Readonly<Record<CoreSubject, Readonly<Record<Band, readonly string[]>>>> = {
  english: {
    reception: ['I red a book abowt a {animal}', 'I red to {person}', 'I rote mi name', 'I red 4 pajes'],
    infants: [
      'I read {book} with {person}. It was funny.',
      'I read {n} pages on my own.',
      'I practised my handwriting. My g is better now.',
      'I read a book about a {animal} and learned a new word.',
    ],
    lower_juniors: [
      'Read {book} for 20 minutes. I am on page {m}.',
      'I read to my little brother and did all the voices.',
      'I read a magazine about {animal}s. Did you know they can hear better than us?',
      'Practised joined-up writing, one page.',
      'Read chapter {n}. The {animal} turned out to be the thief!',
    ],
    upper_juniors: [
      'Read {book} for half an hour, up to page {h}. It is getting really good.',
      'I read the news for children and summed up one story for {person}.',
      'Worked on my own story. Chapter {n} is about the journey to {place}.',
      'Read three poems and copied out my favourite.',
    ],
  },
  mathematics: {
    reception: ['I cowntid to {m}', 'I did numbrs with {person}', 'I plad a dise game'],
    infants: [
      'I counted in 5s to {m}5.',
      'I played shops with {person} and gave change.',
      'I did my number bonds in the bath.',
      'Practised doubles. Double {n} was hard.',
    ],
    lower_juniors: [
      'Times tables practice, {n}s and 8s. Got 22 out of 24.',
      'I helped {person} weigh things for {food}. We needed {h}g of flour.',
      'Did ten minutes of division. Remainders are tricky.',
      'Played a card game where you add up to 21.',
    ],
    upper_juniors: [
      'Practised fractions of amounts, {n} questions. All right but one.',
      'Times tables to 12 x 12 in 4 minutes {m} seconds. My record!',
      'Worked out the best offer at the shop with {person}. The big packet was not cheaper per gram.',
      'Long division practice. I can do it when I write the multiples down first.',
    ],
  },
  science: {
    reception: ['I saw a {minibeast}', 'I plantid a seed', 'the ise meltid'],
    infants: [
      'We planted cress. It has grown {n} cm.',
      'I watched a {animal} in the garden.',
      'We made ice and I timed how long it took to melt.',
    ],
    lower_juniors: [
      'I made a rain gauge out of a bottle. {n} mm so far.',
      'I watched birds for 15 minutes: {n} sparrows, 2 robins and a magpie.',
      'Tested which paper plane flew furthest. The long thin one won.',
    ],
    upper_juniors: [
      'I measured my heart rate: 78 resting and 1{m} after star jumps.',
      'Watched a programme about volcanoes and made notes.',
      'Grew salt crystals. They are cube shaped!',
    ],
  },
  topic: {
    reception: ['I mad a bus from a box', 'I drew {place}'],
    infants: ['I made a model of our street from boxes.', 'I asked {person} about when they were little.'],
    lower_juniors: [
      'I made a Roman mosaic out of {colour} paper.',
      'I found three Roman place names on the map. They end in chester.',
      'Visited {place} and took notes for my project.',
    ],
    upper_juniors: [
      'Worked on my project poster. I have done the timeline so far.',
      'Found my street on a map from 1890. There was a dye works!',
      'Wrote five questions for our visitor next week.',
    ],
  },
};
