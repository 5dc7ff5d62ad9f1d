import { describe, expect, it } from 'vitest';
import { editableText, entryWords, reasonWords, sizeWords } from './entry-words.ts';

const names = {
  child: (id: string) => (id === 'amara' ? 'Amara' : null),
  club: (id: string) => (id === 'maths' ? 'Maths' : null),
  task: (id: string) => (id === 'fractions' ? 'Fractions, page 12' : null),
};

describe('work that waits, in words', () => {
  it('is told by its task, else by its club, else plainly', () => {
    expect(entryWords('completions', { studentId: 'amara', taskId: 'fractions', clubId: 'maths' }, names)).toEqual({
      title: 'Fractions, page 12',
      who: 'Amara',
    });
    expect(entryWords('completions', { studentId: 'x', taskId: null, clubId: 'maths' }, names)).toEqual({ title: 'Maths', who: null });
    expect(entryWords('completions', {}, names)).toEqual({ title: 'Homework', who: null });
  });

  it('is told by its verdict where it is a mark', () => {
    expect(entryWords('reviews', { studentId: 'amara', verdict: 'returned' }, names)).toEqual({ title: 'Mark: try again', who: 'Amara' });
  });

  it('is told by its title where it is a task that was set', () => {
    expect(entryWords('tasks', { title: 'Fractions', studentId: null }, names)).toEqual({ title: 'Homework set: Fractions', who: null });
    expect(entryWords('tasks', { title: 'Fractions', studentId: 'amara' }, names)).toEqual({
      title: 'Homework set: Fractions',
      who: 'Amara',
    });
    expect(editableText('tasks', { title: 'Fractions' })).toEqual({ field: 'title', value: 'Fractions' });
  });

  it('is told by its phrase where it is a cheer', () => {
    expect(entryWords('cheers', { phrase: 1, studentId: 'amara' }, names)).toEqual({ title: 'A cheer: Well done!', who: null });
    expect(entryWords('cheers', { phrase: 99 }, names)).toEqual({ title: 'A cheer', who: null });
    const refusal = { collection: 'cheers', code: 'too_many_cheers', message: '' };
    expect(reasonWords(refusal, true)).toBe('That is ten cheers today. What a kind buddy! You can send more tomorrow.');
  });

  it('is told by what was asked for where it is a command', () => {
    const flag = { kind: 'flag_to_safeguarding_lead', payload: { studentId: 'amara', completionId: 'x', words: null } };
    expect(entryWords('commands', flag, names)).toEqual({ title: 'Flag to the safeguarding lead', who: 'Amara' });
    const move = { kind: 'move_completion', payload: { studentId: 'amara', completionId: 'x', toStudentId: 'y', newCompletionId: 'z' } };
    expect(entryWords('commands', move, names)).toEqual({ title: 'Moving a piece to another child', who: 'Amara' });
    expect(entryWords('commands', { kind: 'dissolve_buddy_group' }, names)).toEqual({ title: 'Dissolving a buddy group', who: null });
    expect(entryWords('commands', { kind: 'of a later app', payload: null }, names)).toEqual({ title: 'An entry', who: null });
  });

  it('is told by its day where somebody is excused, and as a note', () => {
    const excused = { studentId: 'amara', day: '2026-11-23', state: 'excused' };
    expect(entryWords('excused_days', excused, names)).toEqual({ title: 'Not today: 23 Nov', who: 'Amara' });
    expect(entryWords('excused_days', { ...excused, state: 'withdrawn' }, names).title).toBe('Homework after all: 23 Nov');
    expect(entryWords('excused_days', {}, names).title).toBe('An entry');
    expect(entryWords('notes', { studentId: 'amara' }, names)).toEqual({ title: 'Note for a teacher', who: 'Amara' });
  });

  it('has a reason in plain words, the server’s own where there is no better', () => {
    const of = (code: string, collection = 'completions') => ({ code, collection, message: 'The server said so.' });
    expect(reasonWords(of('already_marked'), false)).toContain('already marked');
    expect(reasonWords(of('already_marked'), true)).toBe('Your teacher had looked at this. So it stays as it was.');
    expect(reasonWords(of('not_allowed', 'commands'), false)).not.toContain('homework');
    for (const isForChild of [true, false]) expect(reasonWords(of('something_new'), isForChild)).toBe('The server said so.');
  });

  it('can be mended where it holds words', () => {
    expect(editableText('completions', { writtenWork: 'Six sevens' })).toEqual({ field: 'writtenWork', value: 'Six sevens' });
    expect(editableText('reviews', { comment: null })).toEqual({ field: 'comment', value: '' });
    expect(editableText('school', {})).toBeNull();
  });

  it('has a size that a person reads', () => {
    expect([sizeWords(2_140_000), sizeWords(48_000_000), sizeWords(1_500_000_000)]).toEqual(['2.1 MB', '48 MB', '1.5 GB']);
  });
});
