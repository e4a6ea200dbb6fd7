export default {
  passed: 'passed',
  failed: 'failed',
  open: 'not judged',
} as const;
