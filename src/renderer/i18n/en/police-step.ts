export default {
  chip: 'Verifying the chip',
  rights: "Showing this terminal's certificate",
  open: 'Opening the card',
  check: 'Checking the data',
  verdict: 'Reaching a verdict',
  authenticate: 'Authenticating',
  prepare: 'Preparing',
  write: 'Writing',
  activate: 'Activating',
  'read-back': 'Reading back',
  register: 'Registering',
} as const;
