import { common, id, personal, school, sealed, table, technical, type Room } from './tag.ts';

export const privacy: Room = {
  consent_notices: table('The words that guardians were shown, every version of them.', 'rights', 'released', {
    purpose: technical({ erasure: 'kept' }),
    version: technical({ erasure: 'kept' }),
    lawful_basis: technical({ erasure: 'kept' }),
    sentence: technical({ erasure: 'kept' }),
  }),
  student_consents: table('A guardian’s yes or no to a purpose.', 'rights', 'consents', {
    ...common,
    student_id: id({ erasure: 'kept' }),
    guardian_id: id({ erasure: 'kept' }),
    // A purpose of the list, never a guardian's own words.
    purpose: personal({ erasure: 'kept' }),
    notice_version: technical({ erasure: 'kept' }),
    decision: personal({ erasure: 'kept' }),
    decided_at: personal({ erasure: 'kept' }),
    left_on: personal({ erasure: 'kept' }),
  }),
  retention_defaults: table('How long each kind of record is kept at most.', 'rights', 'released', {
    entity_type: technical({ erasure: 'kept' }),
    basis: technical({ erasure: 'kept' }),
    period: technical({ erasure: 'kept' }),
    unit: technical({ erasure: 'kept' }),
    sentence: technical({ erasure: 'kept' }),
  }),
  data_retention_policies: table('What a school keeps for a shorter time.', 'rights', 'school', {
    ...common,
    entity_type: school(),
    basis: school(),
    period: school(),
    unit: school(),
    is_active: school(),
    deletion_date: school(),
  }),
  legal_holds: table('That nothing about a person may be deleted, and why.', 'rights', 'school', {
    ...common,
    subject_id: id({ erasure: 'kept' }),
    reason_encrypted: sealed({ export: 'not given' }),
    placed_by: id({ erasure: 'kept' }),
    from_on: personal({ export: 'not given', erasure: 'kept' }),
    until_on: personal({ export: 'not given', erasure: 'kept' }),
  }),
  retention_runs: table('How many records the school’s retention removed.', 'rights', 'proof', {
    ...common,
    removed: technical({ erasure: 'kept' }),
    finished_at: technical({ erasure: 'kept' }),
  }),
  data_requests: table('What a person asked of the school under data protection law.', 'rights', 'requests', {
    ...common,
    kind: personal({ erasure: 'kept' }),
    subject_id: id({ erasure: 'kept' }),
    requested_by: id({ erasure: 'kept' }),
    recorded_by: id({ erasure: 'kept' }),
    asked_on: personal({ erasure: 'kept' }),
    due_on: personal({ erasure: 'kept' }),
    acknowledge_by: personal({ erasure: 'kept' }),
    acknowledged_on: personal({ erasure: 'kept' }),
    state: personal({ erasure: 'kept' }),
    outcome_encrypted: sealed(),
    closed_on: personal({ erasure: 'kept' }),
  }),
};
