export default {
  passed: '通过',
  failed: '未通过',
  open: '未能判断',
} as const;
