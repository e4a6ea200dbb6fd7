export default {
  title: '登录',
  hintPolice: '请用警号和口令登录，登录后开始查验。',
  hintOther: '请用工号和口令登录。',
  operator: '工号',
  operatorPolice: '警号',
  password: '口令',
  submit: '登录',
  busy: '正在核对口令…',
  operatorMissing: '请输入工号。',
  passwordMissing: '请输入口令。',
  lockedFor: '还需等待 {minutes} 分 {seconds} 秒。',
} as const;
