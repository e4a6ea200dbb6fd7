export default {
  title: 'Counter',
} as const;
