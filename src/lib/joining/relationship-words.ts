import { relationships, type Relationship } from '#domain/invitations/relationships.ts';
import { m } from '$lib/messages/generated/messages.js';

export const relationshipNames: Record<Relationship, () => string> = {
  mother: m.relationship_mother,
  father: m.relationship_father,
  stepmother: m.relationship_stepmother,
  stepfather: m.relationship_stepfather,
  grandmother: m.relationship_grandmother,
  grandfather: m.relationship_grandfather,
  carer: m.relationship_carer,
  other: m.relationship_other,
};

/** What an adult is to a child; what a school has written itself stays as it is. */
export function relationshipWords(relationship: string): string {
  const known = relationships.find((one) => one === relationship);
  return known === undefined ? relationship : relationshipNames[known]();
}
