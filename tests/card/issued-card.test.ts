import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CardSession,
  PermitApplication,
  changePin,
  checkCan,
  chipAuthenticate,
  pinState,
  putObject,
  readAccessLog,
  readObject,
  readServices,
  resetPin,
  setPin,
  signDigest,
  terminalAuthenticate,
  terminateCard,
  verifyPin,
} from '../../src/card/index.js';
import { certificateOf, chatObject, references } from '../vectors/cvc-objects.js';
import { sha256 } from '../vectors/shared.js';
import { parseTlv } from '../../src/iso7816/index.js';
import { contents, credentials, entered, first, issuedCard } from './issued-card.js';

const digits = (text: string): Uint8Array => new TextEncoder().encode(text);
const [pin, next] = [digits('274951'), digits('600283')];
const verifies = (point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  const [x, y] = [point.slice(1, 33), point.slice(33)].map((bytes) => Buffer.from(bytes).toString('base64url'));
  return verify('sha256', message, { key: createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } }), dsaEncoding: 'ieee-p1363' }, signature);
};
/** The terminal of the fixture with some rights only. */
const withRights = (chat: string): typeof credentials => {
  const { value = new Uint8Array() } = parseTlv(certificateOf('terminal', { chat: chatObject(chat) }))[0] ?? {};
  const [verifier] = credentials.chain;
  if (verifier === undefined) throw new Error('no verifier');
  return { ...credentials, chain: [verifier, { authorityReference: references.verifier, data: value }] };
};

describe('an issued card of profile 1', () => {
  it.each([
    [true, 3 + 7 + 1 + 1 + 3],
    [false, undefined],
  ])('is inspected (extended %s) in as many commands', async (extended, apdus) => {
    const issued = await issuedCard(extended);
    const { session, application, answer } = await entered(issued);
    expect(answer).toEqual({ granted: true });
    const read = await application.readFilesWithStatus('holder', 'residence');
    const services = await readServices(application);
    const photo = await application.readFile('photo');
    expect([read.contents.holder, read.contents.residence, photo, services]).toEqual([contents.holder, contents.residence, contents.photo, []]);
    // With the one GET DATA of the free files between SELECT and MSE:SET AT that is the 16 of the design.
    if (apdus !== undefined) expect(session.traffic.apdus).toBe(apdus);
  });

  it('authenticates a terminal once in a session', async () => {
    const issued = await issuedCard();
    const { session, answer } = await entered(issued);
    expect(answer).toEqual({ granted: true });
    const again = terminalAuthenticate(session, { chipKey: issued.chipKey, ephemeral: new Uint8Array(32) }, credentials, { time: 0, purpose: 1 });
    expect(await again).toMatchObject({ granted: false, reason: 'refused', at: 0, sw: 0x6985 });
    expect(session.secured).toBe(false);
  });

  it('refuses a signature over another channel', async () => {
    const issued = await issuedCard();
    const session = new CardSession(issued.channel());
    await PermitApplication.select(session);
    expect(await chipAuthenticate(session, issued.chipKey)).toMatchObject({ proven: true, trustPoints: [references.second] });
    const answer = await terminalAuthenticate(session, { chipKey: issued.chipKey, ephemeral: new Uint8Array(32) }, credentials, { time: 0, purpose: 1 });
    expect(answer).toEqual({ granted: false, reason: 'signature', at: 2, sw: 0x6300 });
  });

  it('sets, verifies, changes and resets the PIN, and signs once for each verification', async () => {
    const issued = await issuedCard();
    const { session, application } = await entered(issued);
    expect((await application.chipStatus()).pin).toBe('unset');
    expect(await setPin(session, pin)).toEqual({ ok: true });
    expect(await verifyPin(session, next)).toEqual({ ok: false, reason: 'wrong', triesLeft: 2 });
    expect(await pinState(session)).toEqual({ verified: false, pin: 2 });
    expect(await changePin(session, pin, next)).toEqual({ ok: true });
    expect(await verifyPin(session, next)).toEqual({ ok: true });
    expect(await pinState(session)).toEqual({ verified: true });
    const message = digits('a message');
    expect(verifies(issued.signatureKey, message, await signDigest(session, sha256(message)))).toBe(true);
    await expect(signDigest(session, sha256(message))).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });

    const later = await entered(issued);
    for (const left of [2, 1, 0]) expect(await verifyPin(later.session, pin)).toEqual({ ok: false, reason: 'wrong', triesLeft: left });
    expect(await pinState(later.session)).toEqual({ verified: false, pin: 0 });
    const again = await entered(issued);
    expect(await resetPin(again.session)).toEqual({ ok: true });
    expect((await again.application.chipStatus()).pin).toBe('unset');
  });

  it('keeps in step over wrong CANs: the channel stays until the fifth', async () => {
    const { session } = await entered(await issuedCard());
    for (let i = 0; i < 4; i += 1) expect(await checkCan(session, '000000')).toBe(false);
    expect(await checkCan(session, first.can)).toBe(true);
    expect(await checkCan(session, '000000')).toBe(false);
    expect(session.secured).toBe(false);
  });

  it('shows who came, and opens to each what its rights open', async () => {
    const issued = await issuedCard();
    await entered(issued);
    // kiosk alone: nothing of the holder before the PIN.
    const kiosk = await entered(issued, withRights('0004000000'));
    await expect(kiosk.application.readFiles('holder')).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    const manager = await entered(issued);
    const log = await readAccessLog(manager.application);
    expect(log.map(({ sequence, rights }) => [sequence, rights.join()])).toEqual([
      [3, 'inspect,kiosk,endorse,service,manage'],
      [2, 'kiosk'],
      [1, 'inspect,kiosk,endorse,service,manage'],
    ]);
    expect(log[0]).toMatchObject({ cardDate: '2026-11-24', claimedTime: 1_795_492_800, purpose: 2, holderReference: references.terminal });
  });

  it('takes one slot for each department of the certificate, and gives it back with the status', async () => {
    const issued = await issuedCard();
    const { session, application } = await entered(issued);
    const [one, two] = [new Uint8Array(640).fill(1), new Uint8Array(300).fill(2)];
    await putObject(session, { file: 'services', department: 0x0203 }, 1, two);
    await putObject(session, { file: 'services', department: 1 }, 2, one);
    expect(await readObject(application, { file: 'services', department: 0x0203 })).toMatchObject({ object: two, status: { counters: { services: 2 }, slots: new Map([[1, 2], [0x0203, 1]]) } });
    expect(await readServices(application)).toEqual([one, two]);
    await expect(putObject(session, { file: 'services', department: 7 }, 3, one)).rejects.toMatchObject({ sw: 0x6982 });
    // service alone: its own slots, which are all here.
    const own = await entered(issued, withRights('0200000000'));
    expect((await readObject(own.application, { file: 'services', department: 1 }, [1, 0x0203])).object).toEqual(one);
  });

  it('is dead after TERMINATE DF', async () => {
    const issued = await issuedCard();
    const { session } = await entered(issued);
    await terminateCard(session);
    expect(session.secured).toBe(false);
    const application = await PermitApplication.select(new CardSession(issued.channel()));
    expect(application?.selected.lifeCycle).toBe('terminated');
    await expect(application?.readFiles('permit')).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6985 });
  });
});
