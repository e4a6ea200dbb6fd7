/** The files that read what comes from outside, whose lines the fuzzing has to reach. A new parser is named here. */
export const parserFiles: readonly string[] = [
  ...['apdu', 'atr', 'ber-tlv', 'fcp', 'status-word'].map((name) => `src/iso7816/${name}.ts`),
  ...['cbor', 'cbor-plain', 'cbor-tokens', 'cose-key', 'cose-sign1', 'ed25519'].map((name) => `src/cose/${name}.ts`),
  ...['data-groups', 'fields', 'mutable-objects', 'passive-authentication', 'photo', 'signed', 'sod', 'status-list', 'trust', 'trust-payloads'].map((name) => `src/permit/${name}.ts`),
  ...['bundle', 'certificate', 'chain', 'fields', 'public-key', 'request'].map((name) => `src/cvc/${name}.ts`),
  ...['access-log', 'can', 'card-present', 'chip-authentication', 'chip-status', 'end-of-life', 'fields', 'files', 'object-update', 'permit-application'].map((name) => `src/card/${name}.ts`),
  ...['personalisation', 'pin', 'scp03', 'secure-messaging', 'services', 'session', 'terminal-authentication'].map((name) => `src/card/${name}.ts`),
  ...['access-log', 'apdu', 'card-os', 'chaining', 'chip-authentication', 'cv-certificate', 'data-objects', 'der-reader', 'files', 'holder-secrets', 'internal-authenticate'].map((name) => `src/emulator/${name}.ts`),
  ...['personalisation', 'pin', 'read', 'rights', 'scp03', 'secure-messaging', 'select', 'service-slots', 'session', 'session-commands', 'stream'].map((name) => `src/emulator/${name}.ts`),
  ...['terminal-authentication', 'trust-points', 'vpcd-link'].map((name) => `src/emulator/${name}.ts`),
];

/** Of the statements' lines of all of them together, and of each by itself. */
export const leastTogether = 0.9;
export const leastEach = 0.8;
