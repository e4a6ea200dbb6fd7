export default {
  dateForm: 'YYYYMMDD',
  nothing: 'not given',
  differs: 'differs',
  change: 'Change',
  errors: 'To put right: {n}',
} as const;
