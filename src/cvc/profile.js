import { fromHex } from '../iso7816/index.js';
/** Our largest, a CVCA's, has 441 bytes; nothing longer than this is looked at. */
export const maxCertificateBytes = 1_024;
export const maxDepartments = 16;
/** Stands for every department. */
export const everyDepartment = 0xffff;
/** id-TA-ECDSA-SHA-256: algorithm of every key, and of MSE:SET AT. Value of the 06 without tag and length. */
export const idTerminalAuthentication = fromHex('04007f00070202020203');
/** id-AT, authentication terminal. */
export const idAuthenticationTerminal = fromHex('04007f000703010202');
export const idDepartments = fromHex('6981b890afbecbbfba93ab979ffe9482e58fea6902');
/** Data objects of TR-03110-3 D.2. */
export const tag = {
    certificate: 0x7f21,
    body: 0x7f4e,
    signature: 0x5f37,
    profileIdentifier: 0x5f29,
    authorityReference: 0x42,
    publicKey: 0x7f49,
    holderReference: 0x5f20,
    chat: 0x7f4c,
    effective: 0x5f25,
    expires: 0x5f24,
    extensions: 0x65,
    extension: 0x73,
    objectIdentifier: 0x06,
    discretionary: 0x53,
    departments: 0x80,
    point: 0x86,
};
/** Domain parameters of P-256 (SEC 2 2.4.2) in the order of TR-03110-3 D.3.3: before the point p, a, b, G, n; behind it the cofactor. */
export const domainBeforePoint = [
    [0x81, fromHex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff')],
    [0x82, fromHex('ffffffff00000001000000000000000000000000fffffffffffffffffffffffc')],
    [0x83, fromHex('5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b')],
    [0x84, fromHex('046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5')],
    [0x85, fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')],
];
export const domainBehindPoint = [[0x87, Uint8Array.of(1)]];
/** Bits of the CHAT below the role (TR-03110-4 2.2.3.3). In this order the rights stand in every list. */
export const bitOfRight = { inspect: 4, kiosk: 26, endorse: 35, service: 33, manage: 5 };
/** By the value of bits 39 and 38. */
export const roles = ['terminal', 'dv-foreign', 'dv-domestic', 'cvca'];
//# sourceMappingURL=profile.js.map