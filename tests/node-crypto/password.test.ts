import { expect, it } from 'vitest';
import { argon2id } from 'hash-wasm';
import { keyFromPassword, passwordMatches, passwordVerifier } from '../../src/node-crypto/index.js';

it('argon2id gives the tag of RFC 9106 5.3 but for secret and associated data, which a password has not', async () => {
  // The reference implementation's own vector for the same cost without them.
  const tag = await argon2id({ password: 'password', salt: 'somesalt', iterations: 2, memorySize: 65_536, parallelism: 1, hashLength: 32, outputType: 'hex' });
  expect(tag).toBe('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7');
});

it('tells the password, and no other, from its verifier', async () => {
  const verifier = await passwordVerifier('温州 2026');
  expect(verifier).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
  expect(await passwordMatches('温州 2026', verifier)).toBe(true);
  expect(await passwordMatches('温州 2027', verifier)).toBe(false);
  expect(await passwordMatches('温州 2026', 'no verifier')).toBe(false);
  expect(await passwordVerifier('温州 2026')).not.toBe(verifier);
});

it('makes the same key of the same password and salt, and another one of another', async () => {
  const salt = new Uint8Array(16).fill(1);
  const key = await keyFromPassword('ab', salt);
  expect(key).toHaveLength(32);
  expect(await keyFromPassword('ab', salt)).toEqual(key);
  expect(await keyFromPassword('ab', new Uint8Array(16).fill(2))).not.toEqual(key);
});
