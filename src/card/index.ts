/**
 * The terminal's side of the card: the channel port, the permit application, SCP03 personalisation, chip and terminal authentication, secure messaging, PIN and log
 * (firmware-specs/permit-application.md, personalisation.md, chip-authentication.md, terminal-authentication.md, access.md). It speaks to a CardChannel and nothing else:
 * no reader, no storage, no rules and no verdict live here, and it shares no code with the card's own side.
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
export { files, permitAid, recordFiles, type FileName } from './files.js';
export * from './card-access.js';
export * from './chip-status.js';
export * from './permit-application.js';
export * from './services.js';
export * from './object-update.js';
export * from './chip-authentication.js';
export * from './terminal-authentication.js';
export * from './pin.js';
export { checkCan, isCan } from './can.js';
export * from './card-present.js';
export * from './access-log.js';
export * from './end-of-life.js';
export * from './stream.js';
export * from './personalisation.js';
