import { type Tlv } from '../iso7816/index.js';
import { type CvRole, type Right } from './profile.js';
/** The children of one object, which must carry exactly these tags in this order. */
export declare function childrenOf(parent: Tlv, ...tags: readonly number[]): readonly Tlv[];
/** {@link childrenOf} as values. The tuple is as long as `tags`. */
export declare function valuesOf<const T extends readonly number[]>(parent: Tlv, ...tags: T): {
    readonly [I in keyof T]: Uint8Array;
};
export declare const sameBytes: (a: Uint8Array, b: Uint8Array) => boolean;
/** The one object 7F21 that the bytes are, body and signature apart. TlvError ends here. */
export declare function openSigned(bytes: Uint8Array): {
    readonly bodyObject: Tlv;
    readonly body: Uint8Array;
    readonly signature: Uint8Array;
};
export declare const encodeSigned: (body: Uint8Array, signature: Uint8Array) => Uint8Array;
export declare function checkProfileIdentifier(value: Uint8Array): void;
export declare function encodeReference(reference: string): Uint8Array;
export declare function parseReference(value: Uint8Array): string;
/** Whether it is `YYYY-MM-DD` of a day that exists, 2000–2099: what a certificate can hold. */
export declare function isCvDate(text: string): boolean;
/** YYMMDD, each digit one byte (TR-03110-3 D.2.1.3). */
export declare function encodeDate(date: string): Uint8Array;
export declare function parseDate(value: Uint8Array): string;
/** 7F4C of a role and its rights. */
export declare function encodeChat(role: CvRole, rights: readonly Right[]): Uint8Array;
/** Role and rights of a 7F4C; bits of other rights are ignored. */
export declare function parseChat(chat: Tlv): {
    readonly role: CvRole;
    readonly rights: readonly Right[];
};
