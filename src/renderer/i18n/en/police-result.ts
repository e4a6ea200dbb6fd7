export default {
  valid: 'Valid',
  suspended: 'Suspended',
  expired: 'Expired',
  revoked: 'Revoked',
  cloned: 'Suspected clone',
  forged: 'Suspected forgery',
  'rolled-back': 'Tampered with',
  unconfirmed: 'Not confirmed',
  undetermined: 'Undetermined',
} as const;
