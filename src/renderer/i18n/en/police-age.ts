export default {
  minutes: '{n} min',
  hours: '{n} h',
  days: '{n} days',
  now: 'less than a minute',
} as const;
