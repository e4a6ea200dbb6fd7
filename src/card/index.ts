/**
 * The terminal's side of the card: the channel port, the permit application, SCP03 personalisation, chip authentication and secure messaging
 * (firmware-specs/permit-application.md, personalisation.md, chip-authentication.md). It speaks to a CardChannel and nothing else: no reader,
 * no storage, no rules and no verdict live here, and it shares no code with the card's own side.
 */
export * from './channel.js';
