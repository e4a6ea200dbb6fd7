/**
 * One file a use case: issue a permit (and resume or spoil a torn card) or another card of one, read one, verify one, endorse it, change its residence, write a service onto it
 * (and resume a torn update). A workflow takes its hardware, storage, clock and trust through
 * ports, gives an Outcome, and reports named steps. It decides the order of things and what a failure is called; rules and verdicts are `permit`'s,
 * the protocols are `card`'s, and nothing here knows of readers, databases, networks or screens.
 */
export * from './ports.js';
export { issuePermit, resumePermit, spoilCard, type IssueOptions, type Issued } from './issue-permit.js';
export { begunCards, type BegunCard } from './begun-cards.js';
export { refusalOf } from './present-card.js';
export { verifyPermit, type Verified } from './verify-permit.js';
export { readPermit, type OnVerdict, type PermitContents, type Read } from './read-permit.js';
export * from './counter-work.js';
export * from './close-day.js';
export { replacePermit } from './replace-permit.js';
export type { Replacement } from './replacement.js';
export { renewEndorsement, refuseEndorsement, type EndorsementOptions, type RefusedEndorsement } from './renew-endorsement.js';
export { changeResidence, type ResidenceChange } from './change-residence.js';
export { writeService, type ServiceWrite } from './write-services.js';
export { resumeUpdate, type Settled } from './settle-update.js';
export { changeHolderPin, resetHolderPin, setHolderPin, type PinDone } from './pin.js';
export { readCardLog, type AccessLog } from './access-log.js';
export { matchBody, type PrintedBody } from './match-body.js';
export { endCard, type EndOptions } from './end-card.js';
export { signPresence, type CardPresence } from './sign-presence.js';
export type { Updated } from './update-card.js';
