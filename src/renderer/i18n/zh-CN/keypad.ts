export default {
  title: '密码键盘',
} as const;
