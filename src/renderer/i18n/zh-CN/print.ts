export default {
  title: '打印',
} as const;
