export default {
  title: '照片',
} as const;
