export default {
  title: '待传记录',
} as const;
