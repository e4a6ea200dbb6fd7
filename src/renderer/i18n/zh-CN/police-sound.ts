export default {
  on: '声音开',
  muted: '已静音',
  blocked: '声音未启用，请按任意键',
  volume: '音量',
  speak: '语音读出结论',
  title: '声音',
  test: '试听',
  mute: '静音',
} as const;
