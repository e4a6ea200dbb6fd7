export default {
  minutes: '{n} min',
  hours: '{n} h',
  days: '{n} days',
} as const;
