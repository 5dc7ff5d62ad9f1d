import { describe, expect, test } from 'vitest';
import { decide, type Master, type PushedRow, type Rules } from './push-decision.ts';

const rules: Rules = { fields: ['studentId', 'minutes', 'feeling'], isAppendOnly: false, scopeFields: ['studentId'] };
const appendOnly = { ...rules, isAppendOnly: true };
const stands = { studentId: 's', minutes: 5, feeling: 'ok' };
const wanted = { ...stands, minutes: 9 };
const present: Master = { state: 'present', document: { id: 'd', version: 7, _deleted: false, ...stands } };
const absent: Master = { state: 'absent' };
const deleted: Master = { state: 'deleted', tombstone: { id: 'd', version: 8, _deleted: true } };
const row = (content: PushedRow['content'], assumed: PushedRow['assumed'], isDeleted = false): PushedRow => ({
  id: 'd',
  content,
  assumed,
  isDeleted,
});

describe('S13: a write', () => {
  test.each([
    ['of a new document is inserted', row(wanted, null), absent, { kind: 'insert' }],
    ['of a document that a restored backup lost is inserted again (S3)', row(wanted, stands), absent, { kind: 'insert' }],
    ['that is there already is done', row(stands, null), present, { kind: 'unchanged' }],
    ['that is there already is done, whatever was assumed', row(stands, wanted), present, { kind: 'unchanged' }],
    ['on what was assumed is applied', row(wanted, stands), present, { kind: 'update' }],
    ['on something else is a conflict', row(wanted, { ...stands, minutes: 6 }), present, { kind: 'conflict' }],
    ['without an assumed state never overwrites', row(wanted, null), present, { kind: 'conflict' }],
    ['of what was deleted does not bring it back', row(wanted, null), deleted, { kind: 'conflict' }],
    [
      'that would move it to another child is refused (S4)',
      row({ ...stands, studentId: 'other' }, stands),
      present,
      { kind: 'reject', code: 'invalid_document' },
    ],
  ] as const)('%s', (_what, pushed, master, decision) => {
    expect(decide(pushed, master, rules)).toEqual(decision);
  });

  test('S28: a field that an older device does not know contradicts nothing', () => {
    expect(decide(row(wanted, { studentId: 's', minutes: 5 }), present, rules)).toEqual({ kind: 'update' });
  });

  test('to something append only is refused where it differs, and done where it does not', () => {
    expect(decide(row(wanted, stands), present, appendOnly)).toEqual({ kind: 'reject', code: 'append_only' });
    expect(decide(row(stands, null), present, appendOnly)).toEqual({ kind: 'unchanged' });
  });
});

describe('S13: a removal', () => {
  test.each([
    ['of what was assumed is applied', row(stands, stands, true), present, { kind: 'remove' }],
    ['of one’s own entry whose arrival was never heard of is applied', row(stands, null, true), present, { kind: 'remove' }],
    ['of what changed meanwhile is a conflict', row(wanted, wanted, true), present, { kind: 'conflict' }],
    ['without an assumed state never removes what one has not written', row(wanted, null, true), present, { kind: 'conflict' }],
    ['of what is gone is done', row(stands, stands, true), deleted, { kind: 'unchanged' }],
    ['of what never arrived is done', row(stands, null, true), absent, { kind: 'unchanged' }],
  ] as const)('%s', (_what, pushed, master, decision) => {
    expect(decide(pushed, master, rules)).toEqual(decision);
  });

  test('of something append only is refused', () => {
    expect(decide(row(stands, stands, true), present, appendOnly)).toEqual({ kind: 'reject', code: 'append_only' });
  });
});
