export default {
  title: 'Diagnosis',
} as const;
