export default {
  title: '受理件',
} as const;
