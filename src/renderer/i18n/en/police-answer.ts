export default {
  label: 'Answer of the law',
  valid: 'Valid',
  suspended: 'Suspended',
  cancelled: 'Lost or cancelled',
  'not-found': 'Not found',
  none: 'None can be given',
} as const;
