import type { Mail } from '../mail/mailer.ts';
import { digestWords, type ChildWeek } from './digest-words.ts';
import type { MailLanguage } from './preferences.ts';

export interface DigestLinks {
  /** The app. */
  readonly open: string;
  /** The page that asks whether to stop. */
  readonly stopPage: string;
  /** What a mail program may call by itself (RFC 8058). */
  readonly stopUrl: string;
}

/**
 * The weekly mail, or null where there is nothing to tell: a week without homework or tasks is no news, and no blame. Security: a mail
 * may come to the wrong person. It holds first names and counts; no surname, class, school, work or mark, and in its subject nothing.
 */
export function digestMail(
  language: MailLanguage,
  children: readonly ChildWeek[],
  { open, stopPage, stopUrl }: DigestLinks,
): Omit<Mail, 'to'> | null {
  const words = digestWords[language];
  const paragraphs = children.flatMap((child) => {
    const sentences = [...(child.daysDone > 0 ? [words.days(child)] : []), ...(child.tasksDue > 0 ? [words.tasks(child)] : [])];
    return sentences.length > 0 ? [sentences.join(' ')] : [];
  });
  if (paragraphs.length === 0) return null;
  return {
    subject: words.subject,
    language,
    stopUrl,
    text: [words.hello, ...paragraphs, `${words.open}: ${open}`, `${words.why}\n${words.stop}: ${stopPage}`].join('\n\n'),
    html: `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(words.subject)}</title></head>
<body style="margin:0;padding:24px;background:#fbf8f0;color:#1d2b25;font:17px/1.5 Verdana,sans-serif">
${[words.hello, ...paragraphs].map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
<p><a href="${escapeHtml(open)}" style="color:#14684a">${escapeHtml(words.open)}</a></p>
<p style="color:#4c5c54;font-size:14px">${escapeHtml(words.why)}<br><a href="${escapeHtml(stopPage)}" style="color:#14684a">${escapeHtml(words.stop)}</a></p>
</body></html>`,
  };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
