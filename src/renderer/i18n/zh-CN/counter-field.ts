export default {
  title: '字段',
} as const;
