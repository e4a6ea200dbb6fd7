import { describe, expect, it } from 'vitest';
import { type CborTag, CoseError, decodeCborLenient, encodeCbor, parseSign1, sigStructure, tweetnaclEngine, verifyEd25519 } from '../../src/cose/index.js';
import { nodeEd25519 } from '../../src/node-crypto/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Key {
  readonly crv: string;
  readonly x_hex: string;
}
interface Example {
  readonly input: { readonly sign0?: { readonly key: Key }; readonly sign?: { readonly signers: readonly { readonly key: Key }[] } };
  readonly intermediates: { readonly ToBeSign_hex?: string; readonly signers?: readonly { readonly ToBeSign_hex: string }[] };
  readonly output: { readonly cbor: string };
}
type Parts = readonly [Uint8Array, Map<unknown, unknown>, Uint8Array, Uint8Array];
const engines = [nodeEd25519, tweetnaclEngine];
const contentsOf = (example: Example): unknown => (decodeCborLenient(fromHex(example.output.cbor)) as CborTag).contents;

describe('COSE_Sign1 examples with EdDSA', () => {
  for (const file of ['cose/eddsa-sig-01.json', 'cose/eddsa-sig-02.json']) {
    standardVectors<Example>(file, (example, count) => {
      const key = example.input.sign0!.key;
      it(`${file} (${key.crv})`, () => {
        const [protectedBytes, , payload, signature] = contentsOf(example) as Parts;
        expect(toHex(sigStructure(protectedBytes, payload)).toUpperCase()).toBe(example.intermediates.ToBeSign_hex);
        // Ed448 has keys of 57 and signatures of 114 bytes: not of this suite, and refused before an engine sees it.
        for (const engine of engines) {
          expect(verifyEd25519(engine, fromHex(key.x_hex), sigStructure(protectedBytes, payload), signature)).toBe(key.crv === 'Ed25519');
          expect(verifyEd25519(engine, fromHex(key.x_hex), sigStructure(protectedBytes, payload.slice(1)), signature)).toBe(false);
        }
        // The profile wants a typ and no content type: a foreign object is refused by name, not half understood.
        expect(() => parseSign1(fromHex(example.output.cbor))).toThrow(CoseError);
        count();
      });
    });
  }

  for (const file of ['cose/eddsa-01.json', 'cose/eddsa-02.json']) {
    standardVectors<Example>(file, (example, count) => {
      const key = example.input.sign!.signers[0]!.key;
      it(`${file} (${key.crv}), one of several signers`, () => {
        const [bodyProtected, , payload, [signer]] = contentsOf(example) as [Uint8Array, unknown, Uint8Array, [[Uint8Array, unknown, Uint8Array]]];
        const [signProtected, , signature] = signer;
        const toBeSigned = encodeCbor(['Signature', bodyProtected, signProtected, new Uint8Array(0), payload]);
        expect(toHex(toBeSigned).toUpperCase()).toBe(example.intermediates.signers![0]!.ToBeSign_hex);
        for (const engine of engines) expect(verifyEd25519(engine, fromHex(key.x_hex), toBeSigned, signature)).toBe(key.crv === 'Ed25519');
        expect(() => parseSign1(fromHex(example.output.cbor))).toThrow(CoseError);
        count();
      });
    });
  }
});
