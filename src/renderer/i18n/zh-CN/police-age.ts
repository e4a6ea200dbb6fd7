export default {
  minutes: '{n} 分钟',
  hours: '{n} 小时',
  days: '{n} 天',
  now: '不到 1 分钟',
} as const;
