import { expect } from 'vitest';
import { must } from '#domain/must.ts';
import { usualAllowances } from '#server/auth/limits.ts';
import type { TestServerOptions } from '../setup/server.ts';
import { Person, send, signIns, type Answer } from './person.ts';
import { SchoolScene } from './school-scene.ts';

export interface Letter {
  readonly id: string;
  readonly studentId: string;
  readonly firstName: string;
  readonly code: string;
  readonly expiresAt: string;
}
interface Listed {
  readonly id: string;
  readonly studentId: string;
  readonly state: string;
  readonly childName: string | null;
  readonly className: string | null;
  readonly usedByName: string | null;
}

/** A school that lets parents in with a printed code. */
export class JoiningScene extends SchoolScene {
  admin!: Person;
  riversideAdmin!: Person;

  /** The codes of a file come from one address. */
  protected override readonly options: TestServerOptions = {
    allowances: { ...usualAllowances, joiningAddress: { tries: 500, seconds: 600 } },
  };

  protected override async begin(): Promise<void> {
    await super.begin();
    const { url } = this.server;
    [this.admin, this.riversideAdmin] = await Promise.all([Person.signIn(url, signIns.admin), Person.signIn(url, signIns.riversideAdmin)]);
  }

  async lettersFor(studentIds: readonly string[], fields: object = {}, who = this.admin): Promise<Letter[]> {
    const { status, body } = await issue(who, studentIds, fields);
    expect(status).toBe(201);
    return (body as { letters: Letter[] }).letters;
  }

  async letterFor(child: Person, fields: object = {}): Promise<Letter> {
    return must((await this.lettersFor([child.id], fields))[0], 'a letter a child');
  }

  async listed(who = this.admin): Promise<Listed[]> {
    const { body } = await who.send('/api/school/invitations');
    return (body as { invitations: Listed[] }).invitations;
  }

  async stateOf(id: string): Promise<string | undefined> {
    return (await this.listed()).find((one) => one.id === id)?.state;
  }

  linksOf(parentId: string) {
    return this.server.sql`
      select student_id, relationship, has_parental_responsibility, is_primary_contact, is_current from parent_students where parent_id = ${parentId}`;
  }

  look(code: string, url = this.server.url): Promise<Answer> {
    return send(url, '/api/auth/join/look', { body: { code } });
  }

  join(code: string, who: object = newcomer(), url = this.server.url): Promise<Answer> {
    return send(url, '/api/auth/join', { body: { code, ...who } });
  }

  /** Of whoever has joined. */
  signIn({ email }: { email: string }): Promise<Person> {
    return Person.signIn(this.server.url, { school: 'oak-hill', email, password: 'three wet otters' });
  }
}

let count = 0;
/** Somebody whom the school does not know yet, as they fill in the form. */
export function newcomer(fields: object = {}) {
  count++;
  const email = `new${String(count)}@family.example`;
  return { name: `Nia Parry ${String(count)}`, email, password: 'three wet otters', relationship: 'mother', ...fields };
}

export const usual = { copies: 1, hasParentalResponsibility: true, isPrimaryContact: false };

export function issue(who: Person, studentIds: readonly string[], fields: object = {}): Promise<Answer> {
  return who.send('/api/school/invitations', { studentIds, ...usual, ...fields });
}

export function revoke(who: Person, ...ids: string[]): Promise<Answer> {
  return who.send('/api/school/invitations/revoke', { ids });
}

/** Somebody who has an account adds the child of a letter to it. */
export function add(who: Person, code: string): Promise<Answer> {
  return who.send('/api/auth/join/add', { code, relationship: 'carer' });
}

export const statusAndCode = ({ status, body }: Answer) => ({ status, code: (body as { code?: string }).code });
