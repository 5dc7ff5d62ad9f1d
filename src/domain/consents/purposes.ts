/** Why the law allows it (UK GDPR, article 6): a school's public task, or a guardian's consent. */
export type LawfulBasis = 'public_task' | 'consent';

export interface Purpose {
  readonly name: string;
  readonly lawfulBasis: LawfulBasis;
  /**
   * Goes up with each new wording; earlier wordings stay in the database as they were agreed to. Words alone change: whoever
   * wants to do more with a child's data adds a purpose, which nobody has agreed to yet.
   */
  readonly noticeVersion: number;
  /** What a guardian reads and says yes or no to. */
  readonly sentence: string;
}

/** Every purpose there is. The table `consent_notices` holds the same rows; a test compares the two. */
export const purposes = [
  {
    name: 'homework',
    lawfulBasis: 'public_task',
    noticeVersion: 1,
    sentence: 'The school sets homework, keeps what your child hands in and tells how it went.',
  },
  { name: 'photo', lawfulBasis: 'consent', noticeVersion: 1, sentence: 'Your child may hand in photos of homework.' },
  { name: 'audio', lawfulBasis: 'consent', noticeVersion: 1, sentence: 'Your child may hand in recordings of their voice.' },
  {
    name: 'leaderboard',
    lawfulBasis: 'consent',
    noticeVersion: 1,
    sentence: 'Your child’s first name and effort this week may stand on the class’s board.',
  },
  {
    name: 'buddy_groups',
    lawfulBasis: 'consent',
    noticeVersion: 1,
    sentence: 'Your child may be in a buddy group, whose children see each other’s first names and send each other cheers.',
  },
  {
    name: 'sharing',
    lawfulBasis: 'consent',
    noticeVersion: 1,
    sentence: 'Your child’s work may be shown to the class or in the school, with the first name.',
  },
] as const satisfies readonly Purpose[];

/** What needs a guardian's yes. */
export type ConsentPurpose = Extract<(typeof purposes)[number], { lawfulBasis: 'consent' }>['name'];

export const consentPurposes: readonly ConsentPurpose[] = purposes.flatMap((purpose) =>
  purpose.lawfulBasis === 'consent' ? [purpose.name] : [],
);
