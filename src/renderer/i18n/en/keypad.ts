export default {
  title: 'PIN keypad',
} as const;
