import type { Band } from './idea.ts';

/** What teachers write under homework. `again` asks for another try and says for what. */
interface Comments {
  readonly praise: readonly string[];
  readonly again: readonly string[];
  /** What a child adds to the second attempt. */
  readonly improved: readonly string[];
}

const younger: Comments = {
  praise: [
    'Well done, lovely work!',
    'I can see you tried hard.',
    'Super sounding out!',
    'What a good idea. Show the class!',
    'Brilliant, keep going.',
    'You remembered your finger spaces.',
  ],
  again: [
    'Good start! Can you write one more?',
    'Say it aloud, then write the sounds you hear.',
    'Can you count them again with a grown-up?',
    'Try it once more and tell me what you found.',
    'Remember a capital letter and a full stop.',
  ],
  improved: ['I did it agen.', 'I did one mor.', 'I countid agen and it was 9.', 'I put a full stop.'],
};

const older: Comments = {
  praise: [
    'Clear and careful work. Well done!',
    'You showed each step, so I can see how you thought.',
    'You checked your answers. That is what good mathematicians and writers do.',
    'Great effort, keep going.',
    'I could really picture this.',
    'Thoughtful. Would you share it with the class tomorrow?',
    'Much neater than last week!',
    'You used what we learned on Tuesday.',
    'I like how you explained your reasons.',
  ],
  again: [
    'Look again at question 3. What happens to the tens?',
    'Can you add one more sentence that says why?',
    'Check your full stops and capital letters, then send it again.',
    'Good start. Show me the steps in between.',
    'Draw a diagram or bars to help you, then try the last one again.',
    'Read it aloud to somebody. Which sentence does not sound right?',
    'You have told me what happened. Now tell me how you know.',
    'Check the words you were not sure of in a dictionary.',
  ],
  improved: [
    'I checked it again and corrected my mistake.',
    'Now with the steps: I did it one at a time and it came out right.',
    'I think this because the evidence is in the last part.',
    'I read it to somebody at home and changed two sentences.',
    'I fixed the spellings and added a reason at the end.',
  ],
};

export const comments: Readonly<Record<Band, Comments>> = {
  reception: younger,
  infants: younger,
  lower_juniors: older,
  upper_juniors: older,
};

export const voidComments: readonly string[] = [
  'This was sent twice, so I set this one aside.',
  'This is the same as yesterday’s entry.',
  'Tested the tablet with this one.',
];
