export default {
  title: 'Why are cards checked now?',
  explain: 'Asked once and noted with every check; F4 changes it. Show your credentials before you check.',
  purpose: 'Reason for checking',
  place: 'Place',
  placeHint: 'A post or a street, such as “Station, east square”; no names of persons.',
  placeMissing: 'Enter the place.',
  purposeMissing: 'Choose the reason; number keys work.',
  begin: 'Start checking',
  current: '{purpose} · {place}',
  none: 'No reason chosen',
} as const;
