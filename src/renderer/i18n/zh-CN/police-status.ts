export default {
  valid: '登记有效',
  cancelled: '已注销或挂失',
  suspended: '暂停使用',
  unconfirmed: '尚未确认',
} as const;
