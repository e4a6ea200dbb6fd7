export default {
  title: '登录',
  operator: '工号',
  password: '口令',
  submit: '登录',
} as const;
