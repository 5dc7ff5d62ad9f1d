/** What a badge of the school's own may show, in the order in which they are offered. Drawn in `src/lib/ui/art`. */
export const badgePictures = [
  ...(['heart', 'smile', 'book', 'pencil', 'brush', 'note', 'ball', 'sprout'] as const),
  ...(['sun', 'moon', 'kite', 'boat', 'bell', 'key', 'apple', 'snail'] as const),
] as const;
