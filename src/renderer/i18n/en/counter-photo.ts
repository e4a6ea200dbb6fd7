export default {
  title: 'Photo',
} as const;
