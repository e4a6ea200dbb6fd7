/**
 * The terminal's side of the card: the channel port, the permit application, SCP03 personalisation, chip authentication and secure messaging
 * (firmware-specs/permit-application.md, personalisation.md, chip-authentication.md). It speaks to a CardChannel and nothing else: no reader,
 * no storage, no rules and no verdict live here, and it shares no code with the card's own side.
 */
export * from './channel.js';
export * from './errors.js';
export * from './aes.js';
export * from './p256.js';
export * from './secure-channel.js';
export * from './scp03-kdf.js';
export * from './scp03.js';
export * from './secure-messaging.js';
export * from './session.js';
export * from './permit-application.js';
export * from './object-update.js';
export * from './service-slots.js';
export * from './chip-authentication.js';
export * from './stream.js';
export * from './personalisation.js';
