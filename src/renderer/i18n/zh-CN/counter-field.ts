export default {
  dateForm: '年月日，8 位数字',
  nothing: '未填',
  differs: '不一致',
  change: '修改',
  errors: '有 {n} 处需要处理',
} as const;
