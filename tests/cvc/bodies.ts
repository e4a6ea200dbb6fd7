import fc from 'fast-check';
import type { CvBody, CvRole, Right } from '../../src/cvc/index.js';
import { p256KeyPair } from '../../src/node-crypto/index.js';
import { cvKeys, references } from '../vectors/cvc-objects.js';

export const rightsInOrder: readonly Right[] = ['inspect', 'kiosk', 'endorse', 'service', 'manage'];

/** The usual terminal of the vectors, as a body. */
export const terminalBody: CvBody = {
  authorityReference: references.verifier,
  holderReference: references.terminal,
  publicKey: cvKeys.terminal.publicKey,
  role: 'terminal',
  rights: rightsInOrder,
  departments: [1, 515],
  effective: '2026-11-24',
  expires: '2026-12-10',
};

const printable = [...Array.from({ length: 95 }, (_, i) => 0x20 + i), ...Array.from({ length: 96 }, (_, i) => 0xa0 + i)].map((code) => String.fromCharCode(code));
const alphanumeric = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const reference = fc
  .tuple(fc.string({ unit: fc.constantFrom(...printable), minLength: 1, maxLength: 9 }), fc.string({ unit: fc.constantFrom(...alphanumeric), minLength: 5, maxLength: 5 }))
  .map(([mnemonic, sequence]) => `CN${mnemonic}${sequence}`);
const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10));
const points = [...Object.values(cvKeys), p256KeyPair(), p256KeyPair()].map((pair) => pair.publicKey);

/** Every body that the profile has. */
export const anyBody: fc.Arbitrary<CvBody> = fc
  .record({
    authorityReference: reference,
    holderReference: reference,
    publicKey: fc.constantFrom(...points),
    role: fc.constantFrom<CvRole>('cvca', 'dv-domestic', 'dv-foreign', 'terminal'),
    rights: fc.subarray([...rightsInOrder]),
    departments: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 16 }),
    dates: fc.tuple(date, date).map(([a, b]): [string, string] => (a < b ? [a, b] : [b, a])),
  })
  .map(({ dates: [effective, expires], ...rest }) => ({ ...rest, departments: rest.role === 'terminal' ? rest.departments : [], effective, expires }));
