import { describe, expect, it } from 'vitest';
import { CardSession, accessMessage, accessPurpose, cardAccessFor, terminalAuthenticate, type AccessCredentials, type TerminalAuthentication } from '../../src/card/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { clearSession } from './clear-channel.js';
import { scripted } from './scripted-channel.js';

const x = '11'.repeat(32);
const chip = { chipKey: fromHex(`02${x}`), ephemeral: new Uint8Array(32).fill(0x22) };
const claim = { time: 0x6b04e3c0, purpose: accessPurpose.endorsement };
const auxiliary = '67 20 73 1E 06 15 6981B890AFBECBBFBA93AB979FFE9482E58FEA6901 53 05 6B04E3C0 04';
const signed: string[] = [];
const credentials: AccessCredentials = {
  chain: [
    { authorityReference: 'CNWZCVCA00001', data: fromHex('A1A1') },
    { authorityReference: 'CNWZDV00002', data: fromHex('B2B2B2') },
  ],
  holderReference: 'CNT-00000100003',
  sign: (message) => {
    signed.push(toHex(message));
    return new Uint8Array(64).fill(0x55);
  },
};
/** The seven commands as terminal-authentication.md 3 has them. */
const commands = [
  '002281B6 0F 83 0D 434E575A435643413030303031',
  '002A00BE 02 A1A1',
  '002281B6 0D 83 0B 434E575A44563030303032',
  '002A00BE 03 B2B2B2',
  `002281A4 3F 80 0A 04007F00070202020203 83 0F 434E542D3030303030313030303033 ${auxiliary}`,
  '0084000008',
  `00820000 40 ${'55'.repeat(64)}`,
] as const;
const answers = ['9000', '9000', '9000', '9000', '9000', '0102030405060708 9000', '9000'];
const upTo = (step: number, answer: string): [string, string][] => commands.slice(0, step + 1).map((command, i) => [command, i === step ? answer : (answers[i] ?? '')]);
const ask = (script: readonly (readonly [string, string])[], who = credentials): Promise<TerminalAuthentication> => terminalAuthenticate(clearSession(script).session, chip, who, claim);

describe('terminalAuthenticate', () => {
  it('sends seven commands for a chain of two, and signs chip, challenge, channel and claim', async () => {
    signed.length = 0;
    const { session, left } = clearSession(upTo(6, '9000'));
    expect(await terminalAuthenticate(session, chip, credentials, claim)).toEqual({ granted: true });
    expect([left(), session.traffic.apdus]).toEqual([0, 7]);
    expect(signed).toEqual([`${x}0102030405060708${'22'.repeat(32)}${auxiliary.replaceAll(' ', '').toLowerCase()}`]);
  });

  it('takes the x-coordinate of a chip key of either form', () => {
    const challenge = new Uint8Array(8);
    const compressed = accessMessage(chip, challenge, new Uint8Array());
    const uncompressed = accessMessage({ ...chip, chipKey: fromHex(`04${x}${'33'.repeat(32)}`) }, challenge, new Uint8Array());
    expect(uncompressed).toEqual(compressed);
  });

  it.each<readonly [string, number, string, string, number]>([
    ['MSE:SET DST', 0, '6A88', 'unknown-signer', 0],
    ['MSE:SET DST', 0, '6985', 'refused', 0],
    ['MSE:SET DST', 2, '6A88', 'unknown-signer', 1],
    ['PSO', 1, '6A80', 'malformed', 0],
    ['PSO', 1, '6A88', 'unknown-signer', 0],
    ['PSO', 1, '6300', 'certificate-signature', 0],
    ['PSO', 3, '6300', 'certificate-signature', 1],
    ['PSO', 3, '6982', 'role', 1],
    ['PSO', 3, '6985', 'dates', 1],
    ['PSO', 3, '6581', 'refused', 1],
    ['MSE:SET AT', 4, '6A80', 'malformed', 2],
    ['MSE:SET AT', 4, '6A88', 'terminal', 2],
    ['GET CHALLENGE', 5, '6985', 'refused', 2],
    ['EXTERNAL AUTHENTICATE', 6, '6300', 'signature', 2],
    ['EXTERNAL AUTHENTICATE', 6, '6985', 'refused', 2],
    ['EXTERNAL AUTHENTICATE', 6, '6A88', 'refused', 2],
  ])('%s %i answered %s: %s', async (_, step, sw, reason, at) => {
    expect(await ask(upTo(step, sw))).toEqual({ granted: false, reason, at, sw: Number.parseInt(sw, 16) });
  });

  it.each(['01020304050607 9000', '9000'])('takes no challenge of another length: %s', async (answer) => {
    await expect(ask(upTo(5, answer))).rejects.toMatchObject({ code: 'CARD_ANSWER_INVALID' });
  });

  it.each<readonly [string, Partial<AccessCredentials>]>([
    ['no certificate', { chain: [] }],
    ['a reference of 17 bytes', { holderReference: 'CNT-0000010000012' }],
    ['a reference of another shape', { chain: [{ authorityReference: 'CN', data: new Uint8Array(1) }] }],
  ])('sends nothing with %s', async (_, change) => {
    await expect(ask([], { ...credentials, ...change })).rejects.toThrow(RangeError);
  });

  it('sends nothing without secure messaging, nor with a time or keys that are none', async () => {
    const plain = new CardSession(scripted([]));
    await expect(terminalAuthenticate(plain, chip, credentials, claim)).rejects.toThrow(RangeError);
    const under = (over: Partial<typeof chip>, time = claim.time): Promise<unknown> => terminalAuthenticate(clearSession([]).session, { ...chip, ...over }, credentials, { ...claim, time });
    await expect(under({ chipKey: new Uint8Array(32) })).rejects.toThrow(RangeError);
    await expect(under({ ephemeral: new Uint8Array(33) })).rejects.toThrow(RangeError);
    await expect(under({}, 2 ** 32)).rejects.toThrow(RangeError);
    await expect(under({}, 1.5)).rejects.toThrow(RangeError);
  });

  it('sends no signature that is none', async () => {
    await expect(ask(upTo(5, answers[5] ?? ''), { ...credentials, sign: () => new Uint8Array(63) })).rejects.toThrow(RangeError);
  });
});

describe('EF.CardAccess', () => {
  it('names both protocols and the CVCA', () => {
    expect(toHex(cardAccessFor('CNWZCVCA00001'))).toBe('060a04007f0007020203020280010c840101060a04007f00070202020203830d434e575a435643413030303031');
    expect(() => cardAccessFor('WZCVCA00001')).toThrow(RangeError);
  });
});
