import { generateDemoSchools } from '#db/seed/generate.ts';
import { must } from '#domain/must.ts';
import { newId, Person, signIns, type Answer } from './person.ts';
import { SchoolScene } from './school-scene.ts';

interface GroupMember {
  readonly studentId: string;
  readonly state: string;
}

interface Listed {
  readonly hasBuddyGroups: boolean;
  readonly children: readonly { readonly studentId: string; readonly obstacle: string | null }[];
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly marbles: number;
    readonly members: readonly GroupMember[];
    readonly cheers: readonly { readonly id: string; readonly studentId: string }[];
  }[];
}

const path = '/api/school/groups';

/** A school whose classes have buddy groups: who belongs to Maya's, and what its teacher does with groups. */
export class BuddyScene extends SchoolScene {
  admin!: Person;
  /** Of Maya's group. */
  mate!: Person;
  /** Asked into Maya's group, and has not answered. */
  invited!: Person;
  classId!: string;
  groupId!: string;
  /** Children of the class who could be in a group. */
  free!: string[];

  protected override async begin(): Promise<void> {
    await super.begin();
    const [school] = [...generateDemoSchools(new Date(), 'small')];
    const { children, classes, buddyGroups } = must(school, 'there is Oak Hill');
    this.classId = must(classes.find(({ code }) => code === 'WILLOW4'), 'there is 4 Willow').id; // prettier-ignore
    const group = must(buddyGroups[0], 'there is a buddy group');
    this.groupId = group.id;
    const signInOf = (studentId: string) => {
      const child = must(children.find(({ id }) => id === studentId), 'a buddy is a child'); // prettier-ignore
      return { classCode: 'WILLOW4', student: child.loginName, pictures: child.pictures.split('-').map(Number) };
    };
    const other = must(group.members.find(({ studentId, joinedAt }) => joinedAt !== null && studentId !== this.maya.id), 'Maya has a buddy'); // prettier-ignore
    const asked = must(group.members.find(({ joinedAt }) => joinedAt === null), 'one is asked'); // prettier-ignore
    const signIn = (who: object) => Person.signIn(this.server.url, who);
    [this.admin, this.mate, this.invited] = await Promise.all([
      signIn(signIns.admin),
      signIn(signInOf(other.studentId)),
      signIn(signInOf(asked.studentId)),
    ]);
    this.free = (await this.list()).children.filter(({ obstacle }) => obstacle === null).map(({ studentId }) => studentId);
  }

  ask(person: Person): Promise<Answer> {
    return person.send(`${path}?classId=${this.classId}`);
  }

  /** The groups of the class, as its teacher reads them. */
  async list(): Promise<Listed> {
    return (await this.ask(this.teacher)).body as Listed;
  }

  async listed(id: string): Promise<Listed['groups'][number]> {
    return must((await this.list()).groups.find((group) => group.id === id), 'the group is listed'); // prettier-ignore
  }

  form(studentIds: readonly string[], more: object = {}, person = this.teacher): Promise<Answer> {
    return person.send(path, { id: newId(), classId: this.classId, name: 'Herons', studentIds, ...more });
  }
}

export function tell(person: Person, id: string, what: string, body: object = {}): Promise<Answer> {
  return person.send(`${path}/${id}/${what}`, body);
}
