export default {
  title: 'Card desk',
} as const;
