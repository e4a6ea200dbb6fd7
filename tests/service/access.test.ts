import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certificateDays, type Terminal } from '../../src/service/index.js';
import { verifyP256 } from '../../src/node-crypto/index.js';
import { addDays, dateInChina } from '../../src/permit/index.js';
import { start } from '../outbox/fixture.js';
import { certificate, cvcaReference, terminalKey } from '../workflows/test-access.js';
import { clocks, day, enrolled, entry, passwordOf, pullOperators, reopen } from './fixture.js';

const today = dateInChina(start);
const chain = (change: Parameters<typeof certificate>[1] = {}) =>
  [terminalKey.privateKey, [certificate('cvca')], certificate('dv-domestic'), certificate('terminal', { rights: ['inspect', 'manage'], departments: [], effective: today, expires: addDays(today, 17), ...change })] as const;

/** Where the pull puts them. */
const pulled = async (terminal: Terminal, stored: unknown): Promise<void> => {
  terminal.outbox.settings.put({ 'access-certificate': stored });
  await terminal.pulled();
};

describe("a terminal's rights on cards", () => {
  it('are none before the first pull, and those of the chain from then on', async () => {
    const terminal = reopen(enrolled());
    expect([terminal.access.rights(), terminal.access.departments(), terminal.access.days()]).toEqual([{ ok: false, code: 'ACCESS_CERTIFICATE_MISSING' }, [], undefined]);
    expect(terminal.access.trustPoint()).toMatchObject({ code: 'ACCESS_CERTIFICATE_MISSING' });
    await pulled(terminal, chain({ rights: ['inspect', 'service'], departments: [7] }));
    expect(terminal.access.rights()).toEqual({ ok: true, value: ['inspect', 'service'] });
    expect([terminal.access.departments(), terminal.access.days()]).toEqual([[7], { effective: today, expires: addDays(today, 17) }]);
    expect(terminal.access.trustPoint()).toMatchObject({ ok: true, value: { reference: cvcaReference } });
  });

  it('are proved with the key that the certificate names, to a card that trusts our CVCA alone', async () => {
    const terminal = reopen(enrolled());
    await pulled(terminal, chain());
    const credentials = terminal.access.credentials([cvcaReference]);
    if (!credentials.ok) throw new Error(credentials.code);
    const message = new TextEncoder().encode('challenge');
    expect(verifyP256(terminalKey.publicKey, message, credentials.value.sign(message))).toBe(true);
    expect(credentials.value.chain.map(({ authorityReference }) => authorityReference)).toEqual([cvcaReference, 'CNWZDV00001']);
    expect(terminal.access.credentials(['CNOTHER00001'])).toMatchObject({ code: 'ACCESS_REFUSED', detail: 'unknown-signer' });
    expect(terminal.access.credentials([])).toMatchObject({ code: 'ACCESS_REFUSED' });
  });

  it('end with the last day in China, and have not begun before the first', async () => {
    const { time, options } = clocks();
    const terminal = reopen(enrolled(), options);
    await pulled(terminal, chain());
    const codes = [];
    for (const days of [0, 17, 18, -1]) {
      time.now = start + days * day;
      const rights = terminal.access.rights();
      codes.push(rights.ok ? 'in force' : rights.code);
    }
    expect(codes).toEqual(['in force', 'in force', 'ACCESS_CERTIFICATE_EXPIRED', 'ACCESS_CERTIFICATE_EXPIRED']);
  });

  it('are told of days before they run out', async () => {
    const { time, options } = clocks();
    const terminal = reopen(enrolled(), options);
    expect(certificateDays(terminal).access).toEqual({ days: undefined, state: 'missing' });
    await pulled(terminal, chain());
    const states = [];
    for (const days of [0, 10, 11, 17, 18]) {
      time.now = start + days * day;
      states.push(certificateDays(terminal).access.state);
    }
    expect(states).toEqual(['ok', 'ok', 'warn', 'warn', 'ended']);
  });

  it.each([
    ['a flipped bit in the certificate', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte))],
    ['another form', () => new Uint8Array(3)],
  ])('are none with %s: a changed file gives none', async (_, spoil) => {
    const terminal = reopen(enrolled());
    const [key, authorities, verifier, own] = chain();
    await pulled(terminal, [key, authorities, verifier, spoil(own)]);
    expect(terminal.access.rights()).toMatchObject({ code: 'ACCESS_CERTIFICATE_MISSING' });
  });

  it('lie on the disk behind the key store: neither key nor certificate shows', async () => {
    const place = enrolled();
    const terminal = reopen(place);
    const stored = chain();
    await pulled(terminal, stored);
    await terminal.close();
    const disk = Buffer.concat(readdirSync(place.data).map((file) => readFileSync(join(place.data, file))));
    for (const secret of [stored[0], stored[3].slice(-64)]) expect(disk.includes(Buffer.from(secret))).toBe(false);
  });
});

describe('who may ask for the work with the holder', () => {
  const pin = (): Uint8Array => new TextEncoder().encode('274915');
  const refusals = async (terminal: Terminal): Promise<string[]> => {
    const works = [
      () => terminal.setPin(pin()), () => terminal.resetPin(), () => terminal.matchBody({ permitNumber: '0'.repeat(18), can: '123456' }), () => terminal.endCard('0'.repeat(18)),
      () => terminal.cardLog({}, pin()), () => terminal.changePin(pin(), pin()), () => terminal.signPresence(new Uint8Array(32), pin()), () => terminal.read({}, pin()),
    ];
    const codes = [];
    for (const work of works) {
      const outcome = await work();
      codes.push(outcome.ok ? 'ok' : outcome.code);
    }
    return codes;
  };

  it('a counter: nobody without signing in, an officer not at all; the PIN is wiped although no card was reached', async () => {
    const terminal = reopen(enrolled(), { waitForCardMs: 1, env: { PCSCLITE_CSOCK_NAME: '/nowhere/pcscd.comm' } });
    await pullOperators(terminal, [await entry('P-1', 'officer')]);
    expect(await refusals(terminal)).toEqual(Array.from({ length: 8 }, () => 'SIGN_IN_REQUIRED'));
    const typed = pin();
    await terminal.setPin(typed);
    expect(typed).toEqual(new Uint8Array(6));
    expect(await terminal.signIn('P-1', passwordOf('P-1'))).toMatchObject({ ok: true });
    expect((await refusals(terminal)).slice(0, 7)).toEqual(Array.from({ length: 7 }, () => 'ROLE_REQUIRED'));
  });

  it('a kiosk: the holder reads, changes the PIN, sees the log and signs without an operator; nobody sets, resets, matches or ends there', async () => {
    const terminal = reopen(enrolled(), { mode: 'kiosk', waitForCardMs: 1, env: { PCSCLITE_CSOCK_NAME: '/nowhere/pcscd.comm' } });
    await pullOperators(terminal, [await entry('W-1', 'operator')]);
    const codes = await refusals(terminal);
    expect(codes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'SIGN_IN_REQUIRED'));
    expect(codes.slice(4)).toEqual(Array.from({ length: 4 }, () => 'READER_SERVICE_DOWN'));
  });
});
