export default {
  title: 'Check',
} as const;
