export default {
  title: '窗口',
} as const;
