import { chipAuthenticationOid } from './chip-authentication.js';
import { encodeReference } from './fields.js';
import { terminalAuthenticationOid } from './terminal-authentication.js';
import { concat, encodeTlv } from '../iso7816/index.js';

/**
 * Contents of EF.CardAccess, the same for every card that begins with this CVCA (permit-application.md 2): chip authentication on domain parameters 12 with
 * key 1, terminal authentication below `cvcaReference`. RangeError for what is no reference.
 */
export const cardAccessFor = (cvcaReference: string): Uint8Array =>
  concat(
    encodeTlv(0x06, chipAuthenticationOid),
    encodeTlv(0x80, Uint8Array.of(0x0c)),
    encodeTlv(0x84, Uint8Array.of(0x01)),
    encodeTlv(0x06, terminalAuthenticationOid),
    encodeTlv(0x83, encodeReference(cvcaReference)),
  );
