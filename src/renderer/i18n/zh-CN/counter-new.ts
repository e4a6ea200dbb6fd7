export default {
  title: '新办居住证',
} as const;
