/** What a teacher may stick on a piece that is approved, in the order of the number keys. New ones go to the end: keys are habits. */
export const stickers = ['owl', 'acorn', 'sun', 'rainbow', 'rocket', 'snail', 'pencil', 'bee', 'heart'] as const;
export type Sticker = (typeof stickers)[number];

/** Whether this version has a picture of it: a newer one may give others. */
export const isSticker = (name: string): name is Sticker => stickers.some((sticker) => sticker === name);
