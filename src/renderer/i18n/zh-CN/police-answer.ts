export default {
  label: '法定状态',
  valid: '有效',
  suspended: '中止',
  cancelled: '挂失·注销',
  'not-found': '查无',
  none: '不能答复',
} as const;
