/** Tenant tables that the audit log does not follow, and why; a test holds that it follows every other. */
export const leftOut = {
  access_grants: 'follows from roles and relations, which are followed',
  access_reach: 'follows from access_grants',
  audit_chains: 'the log itself',
  audit_log: 'the log itself',
  audit_seals: 'the log itself',
  derivations_due: 'a queue',
  device_contacts: 'when a device was last in contact',
  grants_due: 'a queue',
  key_rotations: 'recorded by the job as it goes',
  notices: 'follows from what they tell of',
  rejected_pushes: 'kept for thirty days, of what was never applied',
  school_clock: 'counts changes',
  stamps_due: 'a queue',
  student_progress: 'follows from completions and reviews',
  sync_index: 'follows from what it indexes',
} as const;
