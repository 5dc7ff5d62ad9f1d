import { describe, expect, test } from 'vitest';
import { digestMail } from './digest-mail.ts';
import type { ChildWeek } from './digest-words.ts';

const links = {
  open: 'https://s.example/today',
  stopPage: 'https://s.example/stop-mail#t',
  stopUrl: 'https://s.example/api/family/digest/stop/t',
};
const maya: ChildWeek = { firstName: 'Maya', daysDone: 4, aim: 4, tasksDue: 1 };
const leo: ChildWeek = { firstName: 'Leo', daysDone: 1, aim: 3, tasksDue: 2 };

describe('the weekly mail', () => {
  test('tells of each child the days, the aim and what is coming, and how to stop it', () => {
    expect(digestMail('en-GB', [leo, maya], links)?.text).toBe(`Hello,

Leo did homework on 1 day this week, on the way to 3. The weekend counts too. Coming up for Leo: 2 tasks in the next seven days.

Maya did homework on 4 days this week: the week’s aim of 4 is reached. Coming up for Maya: 1 task in the next seven days.

Open StudyStreaks: https://s.example/today

You have this mail because you switched on the weekly email in your settings.
Stop the weekly email: https://s.example/stop-mail#t`);
  });

  test('speaks Welsh to whoever chose it, with the numbers as Welsh has them', () => {
    const mail = digestMail('cy', [{ ...maya, daysDone: 2, tasksDue: 3 }], links);
    expect(mail?.subject).toBe('Gwaith cartref yr wythnos hon');
    expect(mail?.text).toContain('Gwnaeth Maya waith cartref ar 2 ddiwrnod yr wythnos hon, ar y ffordd i 4.');
    expect(mail?.text).toContain('3 tasg yn y saith diwrnod nesaf.');
    expect(mail?.html).toContain('<html lang="cy">');
  });

  test('says nothing of days where there were none, and blames nobody', () => {
    const mail = digestMail('en-GB', [{ ...leo, daysDone: 0 }], links);
    expect(mail?.text).toContain('Coming up for Leo: 2 tasks');
    expect(mail?.text).not.toMatch(/ 0 |no homework|missed|forgot|only/i);
  });

  test('is none at all where there is nothing to tell', () => {
    expect(digestMail('en-GB', [{ ...leo, daysDone: 0, tasksDue: 0 }], links)).toBeNull();
    expect(digestMail('en-GB', [], links)).toBeNull();
  });

  test('tells of the others where one child has nothing to tell', () => {
    const mail = digestMail('en-GB', [{ ...leo, daysDone: 0, tasksDue: 0 }, maya], links);
    expect(mail?.text).toContain('Maya');
    expect(mail?.text).not.toContain('Leo');
  });

  test('names nobody in its subject, and takes a name as words, never as HTML', () => {
    const mail = digestMail('en-GB', [{ ...maya, firstName: '<b>D’Arcy & "Co"</b>' }], links);
    expect(mail?.subject).toBe('This week’s homework');
    expect(mail?.html).toContain('&lt;b&gt;D’Arcy &amp; &quot;Co&quot;&lt;/b&gt; did homework');
    expect(mail?.html).not.toContain('<b>');
  });

  test('has no aim to speak of in a week that asks for nothing', () => {
    expect(digestMail('en-GB', [{ ...maya, aim: 0, tasksDue: 0 }], links)?.text).toContain('Maya did homework on 4 days this week.\n');
  });
});
