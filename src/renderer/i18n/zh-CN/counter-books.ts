export default {
  title: '当日账目',
} as const;
