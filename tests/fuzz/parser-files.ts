/** The files that read what comes from outside, whose lines the fuzzing has to reach. A new parser is named here. */
export const parserFiles: readonly string[] = [
  ...['apdu', 'atr', 'ber-tlv', 'fcp', 'status-word'].map((name) => `src/iso7816/${name}.ts`),
  ...['cbor', 'cbor-plain', 'cbor-tokens', 'cose-key', 'cose-sign1', 'ed25519'].map((name) => `src/cose/${name}.ts`),
  ...['data-groups', 'fields', 'mutable-objects', 'passive-authentication', 'photo', 'signed', 'sod', 'status-list', 'trust', 'trust-payloads'].map((name) => `src/permit/${name}.ts`),
  ...['chip-authentication', 'object-update', 'permit-application', 'personalisation', 'scp03', 'secure-messaging', 'session'].map((name) => `src/card/${name}.ts`),
  ...['apdu', 'card-os', 'chip-authentication', 'data-objects', 'personalisation', 'read', 'scp03', 'secure-messaging', 'select', 'stream', 'vpcd-link'].map((name) => `src/emulator/${name}.ts`),
];

/** Of the statements' lines of all of them together, and of each by itself. */
export const leastTogether = 0.9;
export const leastEach = 0.8;
