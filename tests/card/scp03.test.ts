import { describe, expect, it } from 'vitest';
import { CardError, Scp03Session, deriveKeySet, parseInitializeUpdate, type SecurityLevel, type StaticKeys } from '../../src/card/index.js';
import { decodeCommand, decodeResponse, fromHex, toHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Sessions {
  readonly plain: Readonly<Record<string, string>>;
  readonly keysets: Readonly<Record<string, { readonly enc: string; readonly mac: string; readonly dek: string }>>;
  readonly cases: readonly (Readonly<Record<string, string>> & { readonly keyset: string; readonly securityLevel: string })[];
}

function sessionOf(vectors: Sessions, test: Sessions['cases'][number]): Scp03Session {
  const hex = vectors.keysets[test.keyset];
  if (hex === undefined) throw new Error('no key set');
  const keys: StaticKeys = { enc: fromHex(hex.enc), mac: fromHex(hex.mac), dek: fromHex(hex.dek) };
  const challenge = decodeCommand(fromHex(test['init_upd_cmd'] ?? '')).data ?? new Uint8Array();
  const answer = parseInitializeUpdate(fromHex(test['init_upd_rsp'] ?? ''));
  if (answer === undefined) throw new Error('INITIALIZE UPDATE not parsed');
  return new Scp03Session(keys, challenge, answer);
}

describe('SCP03 sessions', () => {
  standardVectors<Sessions>('scp03/scp03_pysim.json', (vectors, count) => {
    it.each(vectors.cases.map((test) => [`${test.keyset} level ${test.securityLevel}`, test] as const))('%s', (_, test) => {
      const session = sessionOf(vectors, test);
      expect(session.cardCryptogramRight).toBe(true);
      expect(toHex(session.externalAuthenticate(Number.parseInt(test.securityLevel, 16) as SecurityLevel))).toBe(test['ext_auth_cmd']);
      const plain = (name: string): ReturnType<typeof decodeCommand> => decodeCommand(fromHex(vectors.plain[name] ?? ''));
      expect(toHex(session.wrap(plain('get_eid_cmd_plain')))).toBe(test['get_eid_cmd']);
      const answer = session.unwrap(decodeResponse(fromHex(`${test['get_eid_rsp'] ?? ''}9000`)));
      expect(toHex(answer.data)).toBe(vectors.plain['get_eid_rsp_plain']);
      for (const name of ['case_1_apdu', 'case_2_apdu', 'case_3_apdu', 'case_4_apdu']) {
        expect([name, toHex(session.wrap(plain(`${name}_plain`)))]).toEqual([name, test[name]]);
      }
      count();
    });

    it('refuses every flipped bit of an answer and wipes the session', () => {
      const test = vectors.cases.find((c) => c.keyset === 'AES128' && c.securityLevel === '33');
      if (test === undefined) throw new Error('no level 33');
      const good = fromHex(test['get_eid_rsp'] ?? '');
      for (let bit = 0; bit < good.length * 8; bit += 1) {
        const session = sessionOf(vectors, test);
        session.externalAuthenticate(0x33);
        session.wrap(decodeCommand(fromHex(vectors.plain['get_eid_cmd_plain'] ?? '')));
        const bad = good.slice();
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => session.unwrap({ data: bad, sw: 0x9000 })).toThrow(CardError);
        expect(session.open).toBe(false);
        expect(() => session.wrap({ cla: 0x80, ins: 0xe2, p1: 0, p2: 0 })).toThrow(RangeError);
      }
    });
  });

  it('derives single-use key sets from master and serial, one for each', () => {
    const master = new Uint8Array(16).fill(1);
    const a = deriveKeySet(master, new Uint8Array(10));
    const b = deriveKeySet(master, new Uint8Array(10).fill(1));
    const all = [a.enc, a.mac, a.dek, b.enc, b.mac, b.dek].map(toHex);
    expect(new Set(all).size).toBe(6);
  });

  it('computes no host cryptogram for a card with a wrong cryptogram', () => {
    const answer = parseInitializeUpdate(fromHex(`${'00'.repeat(10)}300370${'11'.repeat(8)}${'22'.repeat(8)}000001`));
    if (answer === undefined) throw new Error('not parsed');
    const keys = deriveKeySet(new Uint8Array(16), new Uint8Array(10));
    const session = new Scp03Session(keys, new Uint8Array(8), answer);
    expect(session.cardCryptogramRight).toBe(false);
    expect(() => session.externalAuthenticate(0x33)).toThrow(RangeError);
  });
});
