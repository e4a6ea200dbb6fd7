export default {
  chip: '验证芯片',
  rights: '出示本机证书',
  open: '打开卡片',
  check: '核对资料',
  verdict: '作出结论',
  authenticate: '认证',
  prepare: '准备',
  write: '写入',
  activate: '启用',
  'read-back': '回读',
  register: '登记',
} as const;
