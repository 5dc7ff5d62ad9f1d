import { functionMutants } from './functions.ts';
import { grantMutants } from './grants.ts';
import { keyMutants } from './keys.ts';
import type { Mutant } from './mutant.ts';
import { policyMutants } from './policies.ts';
import { roleMutants } from './roles.ts';
import { tableMutants } from './tables.ts';

/** By the room of the rule that each breaks: a rule and its mutant stand in files of the same name. */
export const mutants: readonly Mutant[] = [
  ...tableMutants,
  ...policyMutants,
  ...keyMutants,
  ...functionMutants,
  ...grantMutants,
  ...roleMutants,
];
