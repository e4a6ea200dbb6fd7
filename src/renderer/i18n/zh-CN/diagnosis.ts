export default {
  title: '诊断',
} as const;
