export default {
  suspect: 'Suspected offence: identity to be established',
  control: 'Lawful control of a scene',
  emergency: 'Scene of a grave public-order emergency',
  station: 'Station, port, pier, airport or major event',
  'by-law': 'Other case named by law',
  registration: 'Check of residence registration',
  found: 'Card found or handed in',
} as const;
