/** What an adult is to a child. They say it themselves: it gives no right, and staff see it beside their name. */
export const relationships = ['mother', 'father', 'stepmother', 'stepfather', 'grandmother', 'grandfather', 'carer', 'other'] as const;
export type Relationship = (typeof relationships)[number];
