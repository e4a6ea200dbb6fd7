export default {
  title: 'Words',
} as const;
