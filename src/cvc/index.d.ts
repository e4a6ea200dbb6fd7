/**
 * Card-verifiable certificates of BSI TR-03110-3 C in our profile (terminal-authentication.md 1): requests, certificates and their chain, parsed and encoded as strictly as
 * the card does it. It holds no key, knows no clock and speaks to no card: who signs hands in a function, who checks a chain hands in the day. The emulator
 * has its own reading of the same pages and never imports this one.
 */
export * from './errors.js';
export { everyDepartment, idDepartments, idTerminalAuthentication, maxCertificateBytes, maxDepartments, type CvRole, type Right } from './profile.js';
export { asPsoData, encodeCvCertificate, parseCvCertificate, verifyCvCertificate, type CvBody, type CvCertificate } from './certificate.js';
export * from './request.js';
export * from './chain.js';
export * from './bundle.js';
