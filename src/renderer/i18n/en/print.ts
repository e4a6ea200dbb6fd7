export default {
  title: 'Print',
} as const;
