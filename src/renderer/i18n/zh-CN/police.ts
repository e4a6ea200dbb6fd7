export default {
  title: '查验',
} as const;
