/**
 * Between one terminal and the platform over HTTP (sync.md): enrolment, signed requests, pushing the outbox, pulling what is needed off-line.
 * What the platform signs for the card (trust list, status list, delegation) is verified by functions handed in; nothing unverified replaces anything.
 * It keeps no state of its own: what must last lies in the outbox.
 */
export * from './enrol.js';
export * from './http.js';
export * from './platform-client.js';
export * from './pull.js';
export * from './push.js';
