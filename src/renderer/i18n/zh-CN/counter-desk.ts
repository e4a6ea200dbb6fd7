export default {
  title: '证件台',
} as const;
