import { describe, expect, it } from 'vitest';
import { aChild, aClub, aCompletion, aPiece, aReceipt, idOf } from '$lib/records/testing.ts';
import { candidatesFor, findCandidates, isFileOnItsWay, mayMove } from './belongs-to.ts';

const amara = aChild(9001);
const leo = aChild(9002, { displayName: 'Leo Bello', firstName: 'Leo' });
const mia = aChild(9003, { displayName: 'Mia Stone', firstName: 'Mia', yearGroup: '1', classId: idOf(6002) });
const all = [amara, leo, mia];
const ids = all.map(({ studentId }) => studentId);
const access = { 'completion.review': ids, 'completion.create': ids, 'command.send': [idOf(7001)] };
const classNameOf = ({ classId }: { classId: string | null }) => (classId === idOf(6002) ? '1 Acorn' : '4 Willow');
const file = (state: string) => ({ id: idOf(5), kind: 'photo', state, mediaType: null, durationMs: null, refusal: null });
const withFile = (state: string) =>
  aPiece(1, { completion: aCompletion(1, { evidenceIds: [idOf(5)] }), receipt: aReceipt(1, { evidence: [file(state)] }) });
const namesFor = (piece = aPiece(1), given: object = access) =>
  candidatesFor(piece, all, given, classNameOf).map(({ child, obstacle }) => [child.firstName, obstacle]);

describe('whose piece it may be', () => {
  it('is every other child for whom the teacher marks and logs, and nobody else', () => {
    expect(namesFor(aPiece(1, { club: aClub({ yearGroups: ['1', '4'] }) }))).toEqual([
      ['Leo', null],
      ['Mia', null],
    ]);
    expect(namesFor(aPiece(1), { ...access, 'completion.create': [leo.studentId] })).toEqual([['Leo', null]]);
    expect(namesFor(aPiece(1), { ...access, 'completion.review': [mia.studentId] })).toEqual([['Mia', 'club']]);
    expect(namesFor(aPiece(1), {})).toEqual([]);
  });

  it('says where a child is not in the club, or its family did not agree to what the piece carries', () => {
    const noPhotos = { ...leo, consents: ['audio' as const] };
    const photos = { ...leo, consents: ['photo' as const] };
    const obstacle = (child: typeof leo, piece = withFile('ready')) => candidatesFor(piece, [child], access, classNameOf)[0]?.obstacle;
    expect(obstacle(mia)).toBe('club');
    expect(obstacle(noPhotos)).toBe('consent');
    expect(obstacle(photos)).toBeNull();
    expect(obstacle(noPhotos, withFile('withdrawn'))).toBeNull();
    // A server that does not tell yet decides by itself.
    expect(obstacle(leo)).toBeNull();
  });

  it('asks for no consent to what a teacher has said of it', () => {
    const voice = { ...file('ready'), id: idOf(6), kind: 'audio' };
    const spoken = aPiece(1, { receipt: aReceipt(1, { evidence: [voice] }) });
    expect(candidatesFor(spoken, [{ ...leo, consents: [] }], access, classNameOf)[0]?.obstacle).toBeNull();
    const own = aPiece(1, { completion: aCompletion(1, { evidenceIds: [idOf(6)] }), receipt: aReceipt(1, { evidence: [voice] }) });
    expect(candidatesFor(own, [{ ...leo, consents: [] }], access, classNameOf)[0]?.obstacle).toBe('consent');
  });

  it('is found by name and class', () => {
    const found = (find: string) =>
      findCandidates(candidatesFor(aPiece(1), all, access, classNameOf), find).map(({ child }) => child.firstName);
    expect(found('')).toEqual(['Leo', 'Mia']);
    expect(found('  LEO bel')).toEqual(['Leo']);
    expect(found('acorn')).toEqual(['Mia']);
    expect(found('amara')).toEqual([]);
  });
});

describe('a move', () => {
  it('waits until each file is here, or will not come', () => {
    expect(['expected', 'uploading', 'ready', 'refused', 'withdrawn'].map((state) => isFileOnItsWay(withFile(state)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isFileOnItsWay({ ...withFile('ready'), receipt: null })).toBe(true);
    expect(isFileOnItsWay(aPiece(1))).toBe(false);
  });

  it('is for whoever marks the child and may send commands', () => {
    expect(mayMove(access, amara.studentId)).toBe(true);
    expect(mayMove({ ...access, 'command.send': [] }, amara.studentId)).toBe(false);
    expect(mayMove({ ...access, 'completion.review': [leo.studentId] }, amara.studentId)).toBe(false);
  });
});
