export default {
  title: 'Fields',
} as const;
