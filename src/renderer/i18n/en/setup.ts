export default {
  title: 'Enrol this terminal',
} as const;
