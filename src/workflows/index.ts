/**
 * One file a use case: issue a permit (and resume or spoil a torn card), read one, verify one. A workflow takes its hardware, storage, clock and trust through
 * ports, gives an Outcome, and reports named steps. It decides the order of things and what a failure is called; rules and verdicts are `permit`'s,
 * the protocols are `card`'s, and nothing here knows of readers, databases, networks or screens.
 */
export * from './ports.js';
export { issuePermit, resumePermit, spoilCard, type IssueOptions, type Issued } from './issue-permit.js';
export { verifyPermit, type Verified } from './verify-permit.js';
export { readPermit, type PermitContents, type Read } from './read-permit.js';
export * from './counter-work.js';
export * from './close-day.js';
