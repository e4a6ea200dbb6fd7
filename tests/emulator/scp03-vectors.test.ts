import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { receive } from '../../src/emulator/apdu.js';
import { cmac } from '../../src/emulator/aes.js';
import { Scp03Channel } from '../../src/emulator/scp03.js';
import { standardVectors } from '../standard-vectors.js';

interface Case {
  readonly keyset: string;
  readonly securityLevel: string;
  readonly [field: string]: string;
}
interface Suite {
  readonly plain: Readonly<Record<string, string>>;
  readonly keysets: Readonly<Record<string, { readonly enc: string; readonly mac: string }>>;
  readonly cases: readonly Case[];
}

interface CmacSuite {
  readonly testGroups: readonly {
    readonly keySize: number;
    readonly tagSize: number;
    readonly tests: readonly { readonly key: string; readonly msg: string; readonly tag: string; readonly result: string; readonly tcId: number }[];
  }[];
}

describe("the card's AES-CMAC", () => {
  const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
  const message = fromHex(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  );
  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('RFC 4493, %i bytes', (length, tag) => {
    expect(toHex(cmac(key, message.slice(0, length)))).toBe(tag);
  });

  standardVectors<CmacSuite>('wycheproof/aes_cmac_test.json', ({ testGroups }, count) => {
    it('agrees with Wycheproof for AES-128', () => {
      for (const group of testGroups.filter(({ keySize }) => keySize === 128)) {
        for (const test of group.tests) {
          const same = toHex(cmac(fromHex(test.key), fromHex(test.msg)).slice(0, group.tagSize / 8)) === test.tag;
          expect(same, `case ${test.tcId}`).toBe(test.result === 'valid');
          count();
        }
      }
    });
  });
});

describe('the card end of SCP03 against published sessions', () => {
  it('takes no other answer for a cryptogram than its own', () => {
    const channel = new Scp03Channel({ enc: new Uint8Array(16), mac: new Uint8Array(16) }, new Uint8Array(8), new Uint8Array(8));
    expect(toHex(channel.cardCryptogram())).not.toBe(toHex(channel.hostCryptogram()));
  });

  standardVectors<Suite>('scp03/scp03_pysim.json', ({ plain, keysets, cases }, count) => {
    const session = cases.find((candidate) => candidate.keyset === 'AES128' && candidate.securityLevel === '33');
    const keys = keysets['AES128'];
    if (session === undefined || keys === undefined) throw new Error('no such session');
    const field = (name: string): Uint8Array => fromHex(session[name] ?? '');
    const command = (name: string) => {
      const received = receive(field(name));
      if (received === undefined) throw new Error(`no APDU: ${name}`);
      return received;
    };
    it('cryptograms, commands and answers of one session', () => {
      const answer = field('init_upd_rsp');
      const channel = new Scp03Channel({ enc: fromHex(keys.enc), mac: fromHex(keys.mac) }, command('init_upd_cmd').data, answer.slice(13, 21));
      expect(toHex(channel.cardCryptogram())).toBe(toHex(answer.slice(21, 29)));
      const authenticate = command('ext_auth_cmd');
      expect(toHex(channel.hostCryptogram())).toBe(toHex(authenticate.data.slice(0, 8)));
      expect(channel.checkMac(authenticate)).toBeDefined();
      const eid = channel.unwrap(command('get_eid_cmd'));
      expect(toHex(eid ?? new Uint8Array())).toBe('bf3e035c015a');
      expect(toHex(channel.wrap({ data: fromHex(plain['get_eid_rsp_plain'] ?? ''), sw: 0x9000 }).data)).toBe(session['get_eid_rsp']);
      for (const name of ['case_1_apdu', 'case_2_apdu', 'case_3_apdu', 'case_4_apdu']) {
        const expected = receive(fromHex(plain[`${name}_plain`] ?? ''))?.data ?? new Uint8Array();
        expect(toHex(channel.unwrap(command(name)) ?? Uint8Array.of(255)), name).toBe(toHex(expected));
      }
      count();
    });
  });
});
