export default {
  signature: '签名',
  dates: '日期',
  status: '名单',
  chip: '芯片',
  counters: '计数',
} as const;
