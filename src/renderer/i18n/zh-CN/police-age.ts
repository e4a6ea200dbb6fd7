export default {
  minutes: '{n} 分钟',
  hours: '{n} 小时',
  days: '{n} 天',
} as const;
