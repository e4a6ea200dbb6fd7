export default {
  next: '下一张',
  operation: '事由',
  sync: '更新名单',
  lookUp: '按证号查',
  history: '本班记录',
  report: '上报要点',
  restart: '重启读卡',
  back: '返回',
  sound: '声音',
  space: '空格',
  working: '快捷键',
} as const;
