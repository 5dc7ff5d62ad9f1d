import { retentionDefaults, type RetentionEntity } from '#server/privacy/retention-defaults.ts';

/** What is not removed by the clock, but with what it belongs to. */
const otherwise = {
  school: 'As long as the school uses StudyStreaks.',
  released: 'Part of the program; the same for every school, and about nobody.',
  account: 'As long as the account; see profiles.',
  moments: 'Seconds: worked off by the transaction or job that follows.',
  proof: 'As long as the school uses StudyStreaks: counts and days alone, to show what was done.',
} as const;

/** How long a column is kept: a kind of record that retention removes, or one of the above. */
export type Kept = RetentionEntity | keyof typeof otherwise;

export const keptSentences: Readonly<Record<Kept, string>> = {
  ...otherwise,
  completions: retentionDefaults.completions.sentence,
  tasks: retentionDefaults.tasks.sentence,
  evidence: retentionDefaults.evidence.sentence,
  earlier_years: retentionDefaults.earlier_years.sentence,
  notices: retentionDefaults.notices.sentence,
  cheers: retentionDefaults.cheers.sentence,
  refused_pushes: retentionDefaults.refused_pushes.sentence,
  sessions: retentionDefaults.sessions.sentence,
  delivery_tokens: retentionDefaults.delivery_tokens.sentence,
  deliveries: retentionDefaults.deliveries.sentence,
  commands: retentionDefaults.commands.sentence,
  child_requests: retentionDefaults.child_requests.sentence,
  invitations: retentionDefaults.invitations.sentence,
  profiles: retentionDefaults.profiles.sentence,
  consents: retentionDefaults.consents.sentence,
  requests: retentionDefaults.requests.sentence,
  audit: retentionDefaults.audit.sentence,
  tombstones: retentionDefaults.tombstones.sentence,
};
