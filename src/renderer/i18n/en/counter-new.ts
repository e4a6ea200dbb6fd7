export default {
  title: 'New permit',
} as const;
