/** Why data is kept: the parts of the record of processing (UK GDPR, article 30), with what the law asks to be said of each. */
export const processing = {
  school: {
    title: 'The school and its year',
    lawfulBasis: 'Public task (article 6(1)(e))',
    about: 'nobody: the school, its classes, clubs and calendar',
    seenBy: 'everyone in the school',
  },
  accounts: {
    title: 'People and how they sign in',
    lawfulBasis: 'Public task (article 6(1)(e))',
    about: 'children, guardians, staff',
    seenBy: 'the person; a child’s guardians and teachers; names of staff: everyone in the school; secrets: nobody',
  },
  access: {
    title: 'Who may see and do what',
    lawfulBasis: 'Public task (article 6(1)(e)); security of processing (article 32)',
    about: 'children, guardians, staff',
    seenBy: 'the school’s administrators',
  },
  homework: {
    title: 'Homework, marks and runs',
    lawfulBasis: 'Public task (article 6(1)(e)); a child’s photos and recordings: consent (article 6(1)(a))',
    about: 'children; who logged and who marked',
    seenBy: 'the child, its guardians, its teachers',
  },
  delivery: {
    title: 'Carrying data to devices',
    lawfulBasis: 'Public task (article 6(1)(e))',
    about: 'users of devices, by bare ids',
    seenBy: 'nobody: the system’s own books',
  },
  rights: {
    title: 'Consents, requests and retention',
    lawfulBasis: 'Legal obligation (article 6(1)(c)): accountability (articles 5(2), 7(1), 12)',
    about: 'children, guardians, staff',
    seenBy: 'the guardian who decided, the child’s teachers (consents); the data protection lead',
  },
} as const;

export type Processing = keyof typeof processing;
