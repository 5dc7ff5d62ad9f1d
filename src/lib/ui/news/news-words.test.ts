import { describe, expect, it } from 'vitest';
import { commandAnswers } from '#domain/collections/commands.ts';
import { newsWords } from './news-words.ts';

const names = {
  child: (id: string) => (id === 'maya' ? 'Maya' : null),
  club: () => null,
  task: (id: string) => (id === 'diary' ? 'Reading diary' : null),
};
const command = { kind: 'command', code: 'done', message: 'The server said so.', collection: 'commands', studentId: null } as const;
const rejection = { ...command, kind: 'rejection', code: 'already_marked', collection: 'completions' } as const;

describe('news, in words', () => {
  it('has words of its own for every answer to a command', () => {
    for (const code of Object.keys(commandAnswers)) {
      const { text } = newsWords({ ...command, code }, { kind: 'place_on_level' }, names, false);
      expect(text, code).not.toBe('The server said so.');
    }
    expect(newsWords({ ...command, code: 'of a later server' }, null, names, false).text).toBe('The server said so.');
  });

  it('says what was asked for, as far as this device knows it, and of a flag who can read it now', () => {
    expect(newsWords(command, { kind: 'flag_to_safeguarding_lead' }, names, false)).toEqual({
      title: 'Flag to the safeguarding lead',
      who: null,
      text: 'The safeguarding lead can read it now.',
    });
    expect(newsWords(command, null, names, false)).toEqual({ title: 'An entry', who: null, text: 'What you asked for is done.' });
    const forgotten = newsWords({ ...command, code: 'forgotten' }, { kind: 'flag_to_safeguarding_lead' }, names, false);
    expect(forgotten.text).toContain('ask again');
  });

  it('says what was not taken and why, a child’s name where a grown-up reads it, and a child in easy words', () => {
    const about = { taskId: 'diary', studentId: 'maya' };
    expect(newsWords(rejection, about, names, false)).toMatchObject({ title: 'Reading diary', who: 'Maya' });
    expect(newsWords({ ...rejection, studentId: null }, null, names, false)).toMatchObject({ title: 'Homework', who: null });
    expect(newsWords(rejection, about, { ...names, child: () => null }, true)).toEqual({
      title: 'Reading diary',
      who: null,
      text: 'Your teacher had looked at this. So it stays as it was.',
    });
  });
});
