import { hkdfSync } from 'node:crypto';

/** HKDF-SHA256 (RFC 5869): 32 bytes for one use, named by `info`. */
export const hkdf = (key: Uint8Array, salt: Uint8Array, info: string): Uint8Array => new Uint8Array(hkdfSync('sha256', key, salt, Buffer.from(info, 'utf8'), 32));
