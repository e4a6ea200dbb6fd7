/** What a terminal may do (terminal-authentication.md 1.1). */
export type Right = 'inspect' | 'kiosk' | 'endorse' | 'service' | 'manage';
export type CvRole = 'cvca' | 'dv-domestic' | 'dv-foreign' | 'terminal';
/** Our largest, a CVCA's, has 441 bytes; nothing longer than this is looked at. */
export declare const maxCertificateBytes = 1024;
export declare const maxDepartments = 16;
/** Stands for every department. */
export declare const everyDepartment = 65535;
/** id-TA-ECDSA-SHA-256: algorithm of every key, and of MSE:SET AT. Value of the 06 without tag and length. */
export declare const idTerminalAuthentication: Uint8Array<ArrayBufferLike>;
/** id-AT, authentication terminal. */
export declare const idAuthenticationTerminal: Uint8Array<ArrayBufferLike>;
export declare const idDepartments: Uint8Array<ArrayBufferLike>;
/** Data objects of TR-03110-3 D.2. */
export declare const tag: {
    readonly certificate: 32545;
    readonly body: 32590;
    readonly signature: 24375;
    readonly profileIdentifier: 24361;
    readonly authorityReference: 66;
    readonly publicKey: 32585;
    readonly holderReference: 24352;
    readonly chat: 32588;
    readonly effective: 24357;
    readonly expires: 24356;
    readonly extensions: 101;
    readonly extension: 115;
    readonly objectIdentifier: 6;
    readonly discretionary: 83;
    readonly departments: 128;
    readonly point: 134;
};
/** Domain parameters of P-256 (SEC 2 2.4.2) in the order of TR-03110-3 D.3.3: before the point p, a, b, G, n; behind it the cofactor. */
export declare const domainBeforePoint: readonly (readonly [number, Uint8Array])[];
export declare const domainBehindPoint: readonly (readonly [number, Uint8Array])[];
/** Bits of the CHAT below the role (TR-03110-4 2.2.3.3). In this order the rights stand in every list. */
export declare const bitOfRight: Readonly<Record<Right, number>>;
/** By the value of bits 39 and 38. */
export declare const roles: readonly ["terminal", "dv-foreign", "dv-domestic", "cvca"];
