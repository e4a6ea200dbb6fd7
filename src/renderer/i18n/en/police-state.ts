export default {
  registered: 'Registered',
  accepted: 'Accepted',
  approved: 'Approved',
  made: 'Made',
  active: 'Active',
  suspended: 'Suspended',
  lost: 'Reported lost',
  refused: 'Refused',
  ended: 'Ended',
} as const;
