import { functionRules } from './functions.ts';
import { grantRules } from './grants.ts';
import { keyRules } from './keys.ts';
import { policyRules } from './policies.ts';
import { roleRules } from './roles.ts';
import type { Rule } from './rule.ts';
import { tableRules } from './tables.ts';

/** Every rule of the schema by name, its room first: read by the schema check, broken one by one by the mutation test. */
export const rules = {
  ...inRoom('tables', tableRules),
  ...inRoom('policies', policyRules),
  ...inRoom('keys', keyRules),
  ...inRoom('functions', functionRules),
  ...inRoom('grants', grantRules),
  ...inRoom('roles', roleRules),
};

export type RuleName = keyof typeof rules;

type InRoom<Room extends string, Rules> = { readonly [Name in keyof Rules & string as `${Room}.${Name}`]: Rule };

function inRoom<Room extends string, Rules extends Record<string, Rule>>(room: Room, all: Rules): InRoom<Room, Rules> {
  return Object.fromEntries(Object.entries(all).map(([name, rule]) => [`${room}.${name}`, rule])) as InRoom<Room, Rules>;
}
