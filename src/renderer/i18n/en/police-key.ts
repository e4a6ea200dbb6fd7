export default {
  next: 'Next',
  operation: 'Reason',
  sync: 'Update list',
  lookUp: 'Look up',
  history: 'History',
  report: 'Report',
  restart: 'Restart reader',
  back: 'Back',
  sound: 'Sound',
  space: 'Space',
  working: 'Keys',
} as const;
