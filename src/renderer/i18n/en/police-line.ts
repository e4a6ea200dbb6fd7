export default {
  signature: 'Signature',
  dates: 'Dates',
  status: 'List',
  chip: 'Chip',
  counters: 'Counters',
} as const;
