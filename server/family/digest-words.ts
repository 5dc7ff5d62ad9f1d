import type { MailLanguage } from './preferences.ts';

/** What is said of one child. */
export interface ChildWeek {
  readonly firstName: string;
  /** Days of this week on which homework was done. */
  readonly daysDone: number;
  /** Days that the child's class aims at this week; 0: none. */
  readonly aim: number;
  /** Tasks that are open and due within a week. */
  readonly tasksDue: number;
}

export interface DigestWords {
  readonly subject: string;
  readonly hello: string;
  readonly days: (child: ChildWeek) => string;
  readonly tasks: (child: ChildWeek) => string;
  readonly open: string;
  readonly why: string;
  readonly stop: string;
}

// The server's own words: the app's messages are compiled for its screens, and the server reads no screen.
export const digestWords: Record<MailLanguage, DigestWords> = {
  'en-GB': {
    subject: 'This week’s homework',
    hello: 'Hello,',
    days({ firstName, daysDone, aim }) {
      const done = `${firstName} did homework on ${count(daysDone, 'day', 'days')} this week`;
      if (aim === 0) return `${done}.`;
      return daysDone >= aim
        ? `${done}: the week’s aim of ${String(aim)} is reached.`
        : `${done}, on the way to ${String(aim)}. The weekend counts too.`;
    },
    tasks: ({ firstName, tasksDue }) => `Coming up for ${firstName}: ${count(tasksDue, 'task', 'tasks')} in the next seven days.`,
    open: 'Open StudyStreaks',
    why: 'You have this mail because you switched on the weekly email in your settings.',
    stop: 'Stop the weekly email',
  },
  cy: {
    subject: 'Gwaith cartref yr wythnos hon',
    hello: 'Helo,',
    days({ firstName, daysDone, aim }) {
      const done = `Gwnaeth ${firstName} waith cartref ar ${String(daysDone)} ${daysDone === 2 ? 'ddiwrnod' : 'diwrnod'} yr wythnos hon`;
      if (aim === 0) return `${done}.`;
      return daysDone >= aim
        ? `${done}: mae nod yr wythnos, ${String(aim)}, wedi’i gyrraedd.`
        : `${done}, ar y ffordd i ${String(aim)}. Mae’r penwythnos yn cyfrif hefyd.`;
    },
    tasks: ({ firstName, tasksDue }) =>
      `I ddod i ${firstName}: ${String(tasksDue)} ${tasksDue === 1 || tasksDue === 2 ? 'dasg' : 'tasg'} yn y saith diwrnod nesaf.`,
    open: 'Agor StudyStreaks',
    why: 'Rydych yn cael y neges hon am eich bod wedi troi’r e-bost wythnosol ymlaen yn eich gosodiadau.',
    stop: 'Stopio’r e-bost wythnosol',
  },
};

function count(many: number, one: string, other: string): string {
  return `${String(many)} ${many === 1 ? one : other}`;
}
