/** A class of a demo school. Its lead and helpers are numbers in the school's list of teachers. */
export interface ClassPlan {
  readonly name: string;
  readonly code: string;
  readonly yearGroup: string;
  readonly children: number;
  readonly lead: number;
  readonly helpers: readonly number[];
  /** Where the documented teacher sign-in looks first: marked day by day, so that the queue holds the latest work. */
  readonly isMarkedPromptly: boolean;
}

/** Somebody without a class. */
export interface OfficePlan {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
}

export interface TeacherPlan {
  readonly email: string;
  /** Given where documentation names the person; else drawn. */
  readonly name?: string;
}

/** A child that documentation and tests rely on. */
export interface KnownChild {
  readonly classCode: string;
  readonly firstName: string;
  readonly avatar: string;
  readonly pictures: string;
  /** Children of the same family name belong to one family. */
  readonly family: string;
  readonly history: 'maya' | 'leo' | 'drawn';
}

export interface KnownFamily {
  readonly surname: string;
  readonly parents: readonly {
    readonly name: string;
    readonly email: string;
    readonly relationship: string;
    readonly isPrimaryContact: boolean;
  }[];
}

export interface SchoolPlan {
  readonly slug: string;
  readonly name: string;
  readonly urn: string;
  readonly dfeNumber: string;
  readonly colour: string;
  readonly leaderboard: 'off' | 'team' | 'individual';
  readonly admin: OfficePlan;
  readonly safeguardingLead: OfficePlan;
  readonly dataProtectionLead: OfficePlan;
  readonly teachers: readonly TeacherPlan[];
  readonly classes: readonly ClassPlan[];
  readonly families: readonly KnownFamily[];
  readonly children: readonly KnownChild[];
  /** Classes that the small variant keeps. */
  readonly smallClasses: readonly string[];
}

const oakHillClasses = [
  ['R Birch', 'BIRCHR', 'R', 2],
  ['R Cherry', 'CHERRYR', 'R', 3],
  ['1 Acorn', 'ACORN1', '1', 1],
  ['1 Rowan', 'ROWAN1', '1', 4],
  ['2 Maple', 'MAPLE2', '2', 5],
  ['2 Elm', 'ELM2', '2', 6],
  ['3 Beech', 'BEECH3', '3', 7],
  ['3 Lime', 'LIME3', '3', 8],
  ['4 Willow', 'WILLOW4', '4', 0],
  ['4 Hazel', 'HAZEL4', '4', 9],
  ['5 Ash', 'ASH5', '5', 10],
  ['5 Alder', 'ALDER5', '5', 11],
  ['6 Oak', 'OAK6', '6', 12],
  ['6 Yew', 'YEW6', '6', 13],
] as const;

const oakHill: SchoolPlan = {
  slug: 'oak-hill',
  name: 'Oak Hill Primary School',
  urn: '900001',
  dfeNumber: '999/2001',
  colour: '#2f6f4f',
  leaderboard: 'team',
  admin: { name: 'Mrs Judith Farrow', email: 'admin@oak-hill.example', jobTitle: 'School business manager' },
  safeguardingLead: { name: 'Mrs Grace Adeyemi', email: 'safeguarding@oak-hill.example', jobTitle: 'Deputy headteacher' },
  dataProtectionLead: { name: 'Mr Idris Vaughan', email: 'data@oak-hill.example', jobTitle: 'Data protection lead' },
  teachers: [
    { email: 'teacher@oak-hill.example', name: 'Ms Amara Okafor' },
    { email: 'teacher2@oak-hill.example', name: 'Mr Daniel Lund' },
    ...Array.from({ length: 18 }, (_, index) => ({ email: `teacher${String(index + 3)}@oak-hill.example` })),
  ],
  classes: oakHillClasses.map(([name, code, yearGroup, lead], index) => ({
    name,
    code,
    yearGroup,
    children: 30,
    lead,
    // Six teachers without a class of their own help in two or three each.
    helpers: [14 + (index % 6), ...(code === 'WILLOW4' ? [1] : [])],
    isMarkedPromptly: code === 'WILLOW4' || code === 'ACORN1',
  })),
  families: [
    {
      surname: 'Rahman',
      parents: [
        { name: 'Nadia Rahman', email: 'parent@oak-hill.example', relationship: 'mother', isPrimaryContact: true },
        { name: 'Tom Rahman', email: 'parent2@oak-hill.example', relationship: 'father', isPrimaryContact: false },
      ],
    },
  ],
  children: [
    { classCode: 'WILLOW4', firstName: 'Maya', avatar: 'squirrel-5', pictures: '1-5-9', family: 'Rahman', history: 'maya' },
    { classCode: 'ACORN1', firstName: 'Leo', avatar: 'fox-4', pictures: '2-4-6', family: 'Rahman', history: 'leo' },
  ],
  smallClasses: ['WILLOW4', 'ACORN1'],
};

const riverside: SchoolPlan = {
  slug: 'riverside',
  name: 'Riverside Primary School',
  urn: '900002',
  dfeNumber: '999/2002',
  colour: '#2b5f83',
  leaderboard: 'off',
  admin: { name: 'Mr Colin Achebe', email: 'admin@riverside.example', jobTitle: 'Headteacher' },
  safeguardingLead: { name: 'Miss Ruth Penrose', email: 'safeguarding@riverside.example', jobTitle: 'Inclusion lead' },
  dataProtectionLead: { name: 'Mrs Leila Haddad', email: 'data@riverside.example', jobTitle: 'Data protection lead' },
  teachers: [{ email: 'teacher@riverside.example', name: 'Mrs Helen Novak' }, { email: 'teacher2@riverside.example' }],
  classes: [
    { name: '3 Heron', code: 'HERON3', yearGroup: '3', children: 20, lead: 0, helpers: [], isMarkedPromptly: true },
    { name: '5 Otter', code: 'OTTER5', yearGroup: '5', children: 20, lead: 1, helpers: [], isMarkedPromptly: false },
  ],
  families: [],
  children: [],
  smallClasses: ['HERON3'],
};

export const schoolPlans: readonly SchoolPlan[] = [oakHill, riverside];

export const demoPassword = 'streaks-demo';

/** What a start prints. */
export const demoSignIns: readonly string[] = [
  `School oak-hill, password ${demoPassword}:`,
  '  admin@oak-hill.example         school admin',
  '  safeguarding@oak-hill.example  Mrs Grace Adeyemi, safeguarding lead',
  '  data@oak-hill.example          Mr Idris Vaughan, data protection lead',
  '  teacher@oak-hill.example       Ms Amara Okafor, leads 4 Willow',
  '  teacher2@oak-hill.example      Mr Daniel Lund, leads 1 Acorn and helps in 4 Willow',
  '  parent@oak-hill.example        parent of Maya (4 Willow) and Leo (1 Acorn)',
  'Children, by class code and pictures:',
  '  WILLOW4   Maya   apple, fish, bell (1, 5, 9)',
  '  ACORN1    Leo    boat, umbrella, house (2, 4, 6)',
  `School riverside, password ${demoPassword}:`,
  '  admin@riverside.example        school admin',
  '  teacher@riverside.example      leads 3 Heron',
];
