export default {
  title: '用语',
} as const;
