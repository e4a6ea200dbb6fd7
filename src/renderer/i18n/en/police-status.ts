export default {
  valid: 'Registered as valid',
  cancelled: 'Revoked or lost',
  suspended: 'Suspended',
  unconfirmed: 'Not confirmed',
} as const;
