export default {
  title: 'Applications',
} as const;
