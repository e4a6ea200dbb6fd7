export default {
  valid: '有效',
  suspended: '暂停使用',
  expired: '已过期',
  revoked: '已注销',
  cloned: '疑似复制',
  forged: '疑似伪造',
  'rolled-back': '疑似篡改',
  unconfirmed: '尚未确认',
  undetermined: '无法确定',
} as const;
