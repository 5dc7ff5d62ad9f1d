import * as v from 'valibot';

/** How many cheers there are to choose from. Their words and pictures: `src/lib/ui/buddies`. */
export const phraseCount = 24;

export const phraseNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(phraseCount));

/** Cheers that a child sends in a day; the server holds it too, by the days on which they were said. */
export const cheersADay = 10;
