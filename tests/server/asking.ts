import { newId, type Person } from './person.ts';

/** A command as a device writes it (S31). */
export function command(by: Person, kind: string, payload: object, fields: object = {}) {
  return { id: newId(), version: 0, userId: by.id, kind, payload, capturedAt: '2026-01-05T09:00:00.000Z', _deleted: false, ...fields };
}

export function push(by: Person, ...documents: object[]) {
  return by.push(
    'commands',
    documents.map((newDocumentState) => ({ newDocumentState })),
  );
}

export async function codesOf(by: Person, ...documents: object[]): Promise<string[]> {
  return (await push(by, ...documents)).rejections.map(({ code }) => code);
}

/** What the person was told of a command, or of another document. */
export async function noticesOf(person: Person, id: string) {
  return (await person.pullAll('notices')).documents.filter((notice) => notice['documentId'] === id);
}
