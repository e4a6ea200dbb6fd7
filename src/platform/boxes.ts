import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const nonceLength = 12;
const tagLength = 16;

/** What stands for a person in every table: nobody without the platform's keys can tell an ID number from it or test a guess. */
export type PersonKey = Uint8Array;

/** Columns of personal data: AES-256-GCM, nonce 12 ‖ ciphertext ‖ tag 16, bound to their table and row so that a box cannot be moved to another. */
export interface Boxes {
  seal(table: string, key: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Throws when the box was altered or belongs to another row. */
  open(table: string, key: Uint8Array, box: Uint8Array): Uint8Array;
  /** HMAC-SHA-256 of the ID number, 32 bytes: the shard key. */
  personKey(idNumber: string): PersonKey;
}

const derive = (dataKey: Uint8Array, info: string): Uint8Array => new Uint8Array(hkdfSync('sha256', dataKey, new Uint8Array(0), info, 32));

const associated = (table: string, key: Uint8Array): Uint8Array => {
  const name = new TextEncoder().encode(table);
  // The length goes first: table and key must not be able to run into one another.
  return Uint8Array.from([name.length, ...name, ...key]);
};

/** Boxes under the platform's data key (32 bytes). Boxing key and person key are derived from it by HKDF, so that neither is used for both. */
export const boxesOf = (dataKey: Uint8Array): Boxes => {
  const boxKey = derive(dataKey, 'wz-platform-box');
  const personHmacKey = derive(dataKey, 'wz-platform-person');
  return {
    seal(table, key, plain) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', boxKey, nonce).setAAD(associated(table, key));
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return sealed;
    },
    open(table, key, box) {
      const decipher = createDecipheriv('aes-256-gcm', boxKey, box.subarray(0, nonceLength), { authTagLength: tagLength }).setAAD(associated(table, key));
      decipher.setAuthTag(box.subarray(box.length - tagLength));
      const plain = Buffer.concat([decipher.update(box.subarray(nonceLength, box.length - tagLength)), decipher.final()]);
      return new Uint8Array(plain);
    },
    personKey: (idNumber) => new Uint8Array(createHmac('sha256', personHmacKey).update(idNumber.toUpperCase()).digest()),
  };
};
