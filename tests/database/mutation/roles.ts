import type { Mutant } from './mutant.ts';

/** Each breaks one rule of roles. The first is one that security.md was written for. */
export const roleMutants: readonly Mutant[] = [
  {
    change: 'requests may read past row level security',
    statements: 'alter role authenticated_user bypassrls',
    rule: 'roles.powers',
    seenBy: 'nobody reads a row of the other school',
  },
  { change: 'the owner may sign in', statements: 'alter role studystreaks_owner login', rule: 'roles.owner', seenBy: null },
  {
    change: 'a role has no limit of connections',
    statements: 'alter role sign_in connection limit -1',
    rule: 'roles.connections',
    seenBy: null,
  },
  {
    change: 'a role waits for ever',
    statements: 'alter role authenticated_user reset lock_timeout',
    rule: 'roles.timeouts',
    seenBy: null,
  },
];
