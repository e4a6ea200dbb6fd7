export default {
  on: 'Sound on',
  muted: 'Muted',
  blocked: 'Sound is not on yet: press any key',
  volume: 'Volume',
  speak: 'Speak the verdict',
  title: 'Sound',
  test: 'Test',
  mute: 'Mute',
} as const;
