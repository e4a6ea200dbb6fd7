export default {
  title: '注册终端',
} as const;
