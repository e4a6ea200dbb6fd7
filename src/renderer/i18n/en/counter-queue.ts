export default {
  title: 'Outbox',
} as const;
