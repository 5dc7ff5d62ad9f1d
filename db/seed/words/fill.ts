import type { Random } from '../random.ts';

const slots = {
  animal: ['cat', 'dog', 'fox', 'robin', 'hedgehog', 'frog', 'snail', 'rabbit', 'owl', 'badger'],
  minibeast: ['woodlouse', 'spider', 'worm', 'ladybird', 'snail', 'centipede', 'beetle', 'slug'],
  food: ['apples', 'toast', 'rice', 'pancakes', 'grapes', 'noodles', 'samosas', 'carrots', 'dumplings', 'pasta'],
  place: ['the park', 'my nan’s house', 'the canal', 'the library', 'the market', 'the beach', 'the allotment', 'town', 'the wood'],
  person: ['my mum', 'my dad', 'my nan', 'my grandad', 'my big sister', 'my brother', 'my auntie', 'my cousin', 'my uncle'],
  book: [
    'The Lighthouse Cat',
    'The Boy Who Kept the Rain',
    'Otters in the Attic',
    'Captain Marrow',
    'The Clockwork Badger',
    'Moon Soup',
    'A Dragon Called Kevin',
    'The Midnight Library Bus',
  ],
  colour: ['red', 'blue', 'green', 'yellow', 'orange', 'purple', 'brown'],
  thing: ['a spoon', 'a key', 'a cork', 'a coin', 'a pencil', 'a Lego brick', 'a leaf', 'a pebble', 'a sponge'],
  material: ['wood', 'metal', 'plastic', 'glass', 'wool', 'card', 'rubber'],
  weather: ['sunny', 'windy', 'rainy', 'foggy', 'cold', 'bright'],
  feeling: ['excited', 'nervous', 'brave', 'cross', 'happy', 'lonely', 'proud'],
} as const satisfies Record<string, readonly string[]>;

/** Fills `{animal}`, `{n}` (2 to 12), `{m}` (13 to 49), `{h}` (110 to 990) and the like; the same name twice in a text is the same word. */
export function fill(text: string, random: Random): string {
  const chosen = new Map<string, string>();
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const known = chosen.get(name);
    if (known !== undefined) return known;
    const word = draw(name, random);
    chosen.set(name, word);
    return word;
  });
}

function draw(name: string, random: Random): string {
  if (/^n\d?$/.test(name)) return String(random.int(2, 12));
  if (/^m\d?$/.test(name)) return String(random.int(13, 49));
  if (/^h\d?$/.test(name)) return String(random.int(110, 990));
  const choices = Object.entries(slots).find(([slot]) => name.startsWith(slot));
  if (!choices) throw new Error(`No words for {${name}}`);
  return random.pick(choices[1]);
}
