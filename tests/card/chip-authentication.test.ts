import { describe, expect, it } from 'vitest';
import { CardSession, chipAuthenticate, chipSessionKeys, chipToken, ephemeralKey, sharedSecret, type ChipAuthentication } from '../../src/card/index.js';
import { concat, encodeTlv, fromHex } from '../../src/iso7816/index.js';

const chip = ephemeralKey(new Uint8Array(32).fill(0x11));
const nonce = new Uint8Array(8).fill(0xa0);
const ask = async (answer: (token: Uint8Array) => Uint8Array): Promise<{ proof: ChipAuthentication; session: CardSession; point: Uint8Array }> => {
  const ephemeral = ephemeralKey();
  const keys = chipSessionKeys(sharedSecret(ephemeral.privateKey, chip.point) ?? new Uint8Array(), nonce);
  const answers = [fromHex('9000'), concat(answer(chipToken(keys.mac, ephemeral.point)), fromHex('9000'))];
  const session = new CardSession({ atr: new Uint8Array(), transmit: () => Promise.resolve(answers.shift() ?? new Uint8Array()) });
  return { proof: await chipAuthenticate(session, chip.point, ephemeral), session, point: ephemeral.point };
};
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const template = (...objects: Uint8Array[]): Uint8Array => encodeTlv(0x7c, concat(...objects));
const [newest, older] = [encodeTlv(0x87, text('CNWZCVCA00002')), encodeTlv(0x88, text('CNWZCVCA00001'))] as const;
const proven = (token: Uint8Array, ...more: Uint8Array[]): Uint8Array => template(encodeTlv(0x81, nonce), encodeTlv(0x82, token), ...more);

describe('answer of GENERAL AUTHENTICATE (chip-authentication.md 1)', () => {
  it.each<readonly [string, readonly Uint8Array[], readonly string[]]>([
    ['none', [], []],
    ['one', [newest], ['CNWZCVCA00002']],
    ['two, newest first', [newest, older], ['CNWZCVCA00002', 'CNWZCVCA00001']],
    ['an empty reference, which names nobody', [encodeTlv(0x87, new Uint8Array())], []],
    ['a reference of 17 bytes beside a good one', [encodeTlv(0x87, text('CNWZCVCAABCD00001')), older], ['CNWZCVCA00001']],
    ['a control character', [encodeTlv(0x87, text('CNWZCV\n00001'))], []],
  ])('trust points: %s', async (_, objects, trustPoints) => {
    const { proof, session, point } = await ask((token) => proven(token, ...objects));
    expect(proof).toEqual({ proven: true, trustPoints, ephemeral: point.slice(1, 33) });
    expect(session.secured).toBe(true);
  });

  it.each<readonly [string, (token: Uint8Array) => Uint8Array]>([
    ['the older without the newest', (token) => proven(token, older)],
    ['another order', (token) => proven(token, older, newest)],
    ['the newest twice', (token) => proven(token, newest, newest)],
    ['a third', (token) => proven(token, newest, older, encodeTlv(0x89, text('CNWZCVCA00003')))],
    ['token before nonce', (token) => template(encodeTlv(0x82, token), encodeTlv(0x81, nonce))],
    ['a token of seven bytes', (token) => proven(token.slice(1))],
    ['a nonce of nine bytes', (token) => template(encodeTlv(0x81, concat(nonce, nonce.slice(0, 1))), encodeTlv(0x82, token))],
    ['no token', () => template(encodeTlv(0x81, nonce))],
    ['something behind', (token) => concat(proven(token), fromHex('8000'))],
    ['padding', (token) => concat(proven(token), fromHex('00'))],
    ['another template', (token) => encodeTlv(0x7d, concat(encodeTlv(0x81, nonce), encodeTlv(0x82, token)))],
    ['nothing', () => new Uint8Array()],
    ['another token', (token) => proven(token.map((byte, i) => (i === 0 ? byte ^ 1 : byte)), newest)],
  ])('proves nothing: %s', async (_, answer) => {
    const { proof, session } = await ask(answer);
    expect(proof).toEqual({ proven: false, reason: 'wrong-token', sw: 0x9000 });
    expect(session.secured).toBe(false);
  });
});
