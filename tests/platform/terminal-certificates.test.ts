import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeCbor, parseSign1, verifySign1 } from '../../src/cose/index.js';
import { chainFor, encodeCvRequest, parseCvCertificate, verifyCvChain, type CvCertificate } from '../../src/cvc/index.js';
import { nodeCrypto, p256KeyPair, signP256 } from '../../src/node-crypto/index.js';
import { addDays } from '../../src/permit/index.js';
import { accessOfMode, blockTerminal, createEnrolmentCode, nextCvca, openPlatform, setRules, setTerminalAccess, status, type TerminalAccess } from '../../src/platform/index.js';
import { AccessTerminal, printed } from './access-terminal.js';
import { World } from './fixture.js';
import { secondsOf } from './life-story.js';
import { SoftToken } from './soft-token.js';

const day = 86_400;
const allRights = ['inspect', 'kiosk', 'endorse', 'service', 'manage'];
let world: World;
const opened: AccessTerminal[] = [];

const start = async (pkcs11?: SoftToken['place']): Promise<void> => {
  world = await World.make({}, pkcs11);
  world.clock.now = secondsOf('2026-11-24');
};
const enrolled = async (access?: TerminalAccess): Promise<AccessTerminal> => {
  const terminal = await AccessTerminal.enrol(world, access);
  opened.push(terminal);
  return terminal;
};
afterEach(async () => {
  for (const terminal of opened.splice(0)) terminal.close();
  await world.close();
});

const days = ({ holderReference, effective, expires }: CvCertificate): string[] => [holderReference, effective, expires];

describe.each(['file', 'token'] as const)('a terminal gets its chain, with keys in a %s', (where) => {
  let token: SoftToken | undefined;
  beforeAll(() => {
    if (where === 'token') token = new SoftToken();
  });
  afterAll(() => token?.remove());
  beforeEach(() => start(token?.place));

  it('CVCA, document verifier and its own: names, days, rights', async () => {
    const terminal = await enrolled();
    const { authorities, verifier, terminal: own, rights, departments } = await terminal.pulled();
    const { id } = terminal.terminal;
    expect(authorities.map(days)).toEqual([['CNWZTEST00001', '2009-01-01', '2046-11-13']]);
    expect(days(verifier)).toEqual(['CNWZDV00001', '2026-11-24', '2027-02-22']);
    expect(days(own)).toEqual([`CN${id}00001`, '2026-11-24', '2026-12-11']);
    expect([authorities[0]?.role, verifier.role, own.role]).toEqual(['cvca', 'dv-domestic', 'terminal']);
    expect([authorities[0]?.rights, verifier.rights]).toEqual([allRights, allRights]);
    expect([rights, departments]).toEqual([['inspect', 'endorse', 'service', 'manage'], [0xffff]]);
    expect(await status(world.platform)).toMatchObject({
      cvca: [{ reference: 'CNWZTEST00001' }],
      terminalList: [{ id, rights: ['inspect', 'endorse', 'service', 'manage'], departments: [0xffff] }],
    });
  });

  it('over a roll-over of the CVCA: the link for a card of before, a new document verifier for all, also after a new start', async () => {
    const terminal = await enrolled();
    const [root] = (await terminal.pulled()).authorities;
    world.clock.now += day;
    expect(await nextCvca(world.platform)).toEqual({ ok: true, value: { reference: 'CNWZTEST00002', effective: '2026-11-25', expires: '2046-11-13' } });
    const bundle = await terminal.pulled();
    expect(bundle.authorities.map(({ authorityReference, holderReference }) => [authorityReference, holderReference])).toEqual([
      ['CNWZTEST00001', 'CNWZTEST00001'],
      ['CNWZTEST00001', 'CNWZTEST00002'],
    ]);
    expect([bundle.verifier.authorityReference, bundle.verifier.holderReference]).toEqual(['CNWZTEST00002', 'CNWZDV00002']);
    const names = (trustPoints: string[]) => chainFor(bundle, trustPoints)?.map(({ authorityReference }) => authorityReference);
    expect(names(['CNWZTEST00001'])).toEqual(['CNWZTEST00001', 'CNWZTEST00002', 'CNWZDV00002']);
    expect(names(['CNWZTEST00002', 'CNWZTEST00001'])).toEqual(['CNWZTEST00002', 'CNWZDV00002']);
    // As a card of the first day follows it, which has the first CVCA alone.
    const chain = [...bundle.authorities.slice(1), bundle.verifier, bundle.terminal].map(({ encoded }) => encoded);
    expect(verifyCvChain(root!, chain, terminal.today)).toMatchObject({ ok: true, rights: ['inspect', 'endorse', 'service', 'manage'] });

    // A third key, made by another process than the one that serves.
    world.clock.now += day;
    const command = await openPlatform(world.dir, { clock: () => world.clock.now });
    expect(await nextCvca(command)).toMatchObject({ ok: true, value: { reference: 'CNWZTEST00003' } });
    await command.close();
    const third = await terminal.pulled();
    expect([third.authorities.length, third.verifier.authorityReference]).toEqual([3, 'CNWZTEST00003']);
    expect(new Set(third.authorities.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size).toBe(3);
    world.clock.now += 30 * day;
    await world.restart(terminal.terminal);
    const later = await enrolled();
    expect((await later.pulled()).authorities.map(({ encoded }) => encoded)).toEqual(third.authorities.map(({ encoded }) => encoded));
  });

  it('that cvc-print verifies, by the clock of this machine', async () => {
    world.clock.now = Math.floor(Date.now() / 1000) - 3 * day;
    const terminal = await enrolled();
    expect(printed(await terminal.pulled())).toEqual(['verified', 'verified', 'verified']);
    world.clock.now += day;
    await nextCvca(world.platform);
    const bundle = await terminal.pulled();
    expect(printed(bundle)).toEqual(['verified', 'verified', 'verified', 'verified']);
    const forged = parseCvCertificate(bundle.terminal.encoded.map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte)));
    expect(printed({ ...bundle, terminal: forged }).map((word) => word === 'verified')).toEqual([true, true, true, false]);
  });
});

describe('a certificate', () => {
  beforeEach(() => start());

  it('is renewed the next day, with another key and the next number, and not on the same', async () => {
    const terminal = await enrolled();
    const first = await terminal.pulled();
    expect(await terminal.pull()).toBe('same');
    world.clock.now += day;
    const second = await terminal.pulled();
    expect(days(second.terminal)).toEqual([`CN${terminal.terminal.id}00002`, '2026-11-25', '2026-12-12']);
    expect(second.terminal.publicKey).not.toEqual(first.terminal.publicKey);
    expect(second.verifier.encoded).toEqual(first.verifier.encoded);
    expect(world.rows('select terminal_id, number, holder_reference, effective from terminal_certificates order by number')).toMatchObject([{ number: 1 }, { number: 2, effective: '2026-11-25' }]);
  });

  it('is numbered by its terminal, and each terminal has its own', async () => {
    const [one, two] = [await enrolled(), await enrolled(accessOfMode.police)];
    expect((await one.pulled()).terminal.holderReference).toBe(`CN${one.terminal.id}00001`);
    const other = await two.pulled();
    expect([other.terminal.holderReference, other.rights, other.departments]).toEqual([`CN${two.terminal.id}00001`, ['inspect'], []]);
  });

  it('lives as long as the rules say, and its document verifier longer', async () => {
    await setRules(world.platform, { closureDays: 120 });
    const terminal = await enrolled();
    const { terminal: own, verifier } = await terminal.pulled();
    expect([own.expires, verifier.expires]).toEqual([addDays('2026-11-24', 127), addDays('2026-11-24', 127)]);
  });

  it('has other rights when an administrator changed them, and none when none are left', async () => {
    const terminal = await enrolled(accessOfMode.kiosk);
    expect((await terminal.pulled()).rights).toEqual(['kiosk', 'endorse', 'service']);
    const { id } = terminal.terminal;
    expect(await setTerminalAccess(world.platform, id, { rights: ['service', 'inspect', 'service'], departments: [515, 1, 515] })).toEqual({ ok: true, value: { rights: ['inspect', 'service'], departments: [1, 515] } });
    expect(await terminal.pull()).toBe('same');
    world.clock.now += day;
    const changed = await terminal.pulled();
    expect([changed.rights, changed.departments]).toEqual([['inspect', 'service'], [1, 515]]);
    await setTerminalAccess(world.platform, id, { rights: [], departments: [] });
    world.clock.now += day;
    expect(await terminal.pull()).toBe('ACCESS_RIGHT_MISSING');
    expect(terminal.bundle().terminal.encoded).toEqual(changed.terminal.encoded);
  });

  it('comes under a new document verifier when the days left are fewer than it lives itself', async () => {
    const terminal = await enrolled();
    const first = await terminal.pulled();
    const last = secondsOf(addDays(first.verifier.expires, -17));
    world.clock.now = last;
    expect((await terminal.pulled()).verifier.holderReference).toBe('CNWZDV00001');
    world.clock.now = last + day;
    const next = await terminal.pulled();
    expect(days(next.verifier)).toEqual(['CNWZDV00002', '2027-02-06', '2027-05-07']);
    world.clock.now = secondsOf('2030-01-01');
    expect(days((await terminal.pulled()).verifier)).toEqual(['CNWZDV00003', '2030-01-01', '2030-04-01']);
  });

  it('is given when the clock of a test goes back, behind the document verifier and behind a link', async () => {
    const terminal = await enrolled();
    await terminal.pulled();
    world.clock.now += day;
    await nextCvca(world.platform);
    await terminal.pulled();
    world.clock.now = secondsOf('2015-03-02');
    const back = await terminal.pulled();
    expect(days(back.verifier)).toEqual(['CNWZDV00003', '2015-03-02', '2015-05-31']);
    expect(back.verifier.authorityReference).toBe('CNWZTEST00001');
    expect(await terminal.pull()).toBe('same');
    world.clock.now = secondsOf('2026-11-26');
    expect((await terminal.pulled()).verifier.holderReference).toBe('CNWZDV00002');
  });

  it('ends with its CVCA, and the document verifier is not made anew for each call', async () => {
    const terminal = await enrolled();
    await terminal.pulled();
    world.clock.now = secondsOf('2046-11-10');
    const { verifier, terminal: own } = await terminal.pulled();
    expect([verifier.expires, own.expires]).toEqual(['2046-11-13', '2046-11-13']);
    world.clock.now += day;
    expect((await terminal.pulled()).verifier.holderReference).toBe(verifier.holderReference);
    world.clock.now = secondsOf('2046-11-14');
    expect(await terminal.pull()).toBe('PLATFORM_FAULT');
  });
});

describe('the call', () => {
  beforeEach(() => start());
  const pair = p256KeyPair();
  const request = (id: string, key = pair, change: { reference?: string; signer?: Uint8Array } = {}): Uint8Array =>
    encodeCvRequest(change.reference ?? `CN${id}00000`, key.publicKey, (message) => signP256(key.privateKey, message));
  const ask = async ({ terminal }: AccessTerminal, body: Uint8Array): Promise<{ code: string; bytes: Uint8Array }> => {
    const answer = await terminal.post(body, '/v1/terminal-certificate');
    return { code: answer.statusCode === 200 ? '200' : `${answer.statusCode} ${answer.json<{ code: string }>().code}`, bytes: new Uint8Array(answer.rawPayload) };
  };
  const own = async (terminal: AccessTerminal, body: Uint8Array): Promise<string> => {
    const signed = parseSign1((await ask(terminal, body)).bytes);
    expect([signed.typ, verifySign1(signed, world.platform.keys.platform.publicKey, nodeCrypto.ed25519)]).toEqual(['wz-access', true]);
    const map = decodeCbor(signed.payload) as Map<number, unknown>;
    expect([[...map.keys()], map.get(4)]).toEqual([[1, 2, 3, 4], world.clock.now]);
    return parseCvCertificate(map.get(3) as Uint8Array).holderReference;
  };

  it('with the same key on the same day is answered with the same certificate, with another key or other rights with another', async () => {
    const terminal = await enrolled();
    const { id } = terminal.terminal;
    expect([await own(terminal, request(id)), await own(terminal, request(id))]).toEqual([`CN${id}00001`, `CN${id}00001`]);
    expect(await own(terminal, request(id, p256KeyPair()))).toBe(`CN${id}00002`);
    await setTerminalAccess(world.platform, id, accessOfMode.police);
    const key = p256KeyPair();
    expect(await own(terminal, request(id, key))).toBe(`CN${id}00003`);
    await setTerminalAccess(world.platform, id, accessOfMode.kiosk);
    expect(await own(terminal, request(id, key))).toBe(`CN${id}00004`);
    world.clock.now += day;
    expect(await own(terminal, request(id, key))).toBe(`CN${id}00005`);
  });

  it('at the same moment from many is answered with one CVCA and one document verifier', async () => {
    const terminals = [await enrolled(), await enrolled(), await enrolled(), await enrolled()];
    const keys = terminals.flatMap((terminal) => [terminal, terminal].map((each) => ({ each, key: p256KeyPair() })));
    const answers = await Promise.all(keys.map(({ each, key }) => own(each, request(each.terminal.id, key))));
    expect(new Set(answers).size).toBe(8);
    expect(world.rows('select (select count(*) from cvca_certificates) as cvca, (select count(*) from document_verifier_certificates) as dv')).toEqual([{ cvca: 1, dv: 1 }]);
  });

  it('refuses another name, another number, another signature, garbage and too much', async () => {
    const terminal = await enrolled();
    const { id } = terminal.terminal;
    const good = request(id);
    const bodies: [string, Uint8Array][] = [
      ['another terminal', request('T00000000')],
      ['a number', request(id, pair, { reference: `CN${id}00001` })],
      ['a signature', good.map((byte, i) => (i === good.length - 1 ? byte ^ 1 : byte))],
      ['nothing', new Uint8Array(0)],
      ['garbage', new Uint8Array(100).fill(0x7f)],
      ['a certificate', (await terminal.pulled()).terminal.encoded],
    ];
    for (const [what, body] of bodies) expect([what, (await ask(terminal, body)).code]).toEqual([what, '400 INPUT_INVALID']);
    expect((await ask(terminal, new Uint8Array(1_025))).code).toBe('413 BATCH_TOO_LARGE');
    expect(world.rows('select count(*) as n from terminal_certificates')).toEqual([{ n: 1 }]);
  });

  it('gives a blocked terminal nothing, and one without rights', async () => {
    const [blocked, bare] = [await enrolled(), await enrolled({ rights: [], departments: [] })];
    await blocked.pulled();
    await blockTerminal(world.platform, blocked.terminal.id);
    world.clock.now += day;
    expect(await blocked.pull()).toBe('TERMINAL_BLOCKED');
    expect((await ask(blocked, request(blocked.terminal.id))).code).toBe('403 TERMINAL_BLOCKED');
    expect(await bare.pull()).toBe('ACCESS_RIGHT_MISSING');
    expect((await ask(bare, request(bare.terminal.id))).code).toBe('409 ACCESS_RIGHT_MISSING');
  });
});

describe('administration', () => {
  beforeEach(() => start());

  it.each<[string, TerminalAccess]>([
    ['departments', { rights: ['inspect'], departments: [1] }],
    ['departments', { rights: ['service'], departments: [] }],
    ['departments', { rights: ['service'], departments: [0x10000] }],
    ['departments', { rights: ['service'], departments: Array.from({ length: 17 }, (_, i) => i) }],
    ['rights', { rights: ['all' as 'inspect'], departments: [] }],
  ])('refuses %s that make no sense: %j', async (detail, access) => {
    const terminal = await enrolled();
    expect(await setTerminalAccess(world.platform, terminal.terminal.id, access)).toEqual({ ok: false, code: 'INPUT_INVALID', detail });
    expect(await createEnrolmentCode(world.platform, 'x', ['3303'], access)).toEqual({ ok: false, code: 'INPUT_INVALID', detail });
  });

  it('knows no terminal that is none, and rolls no CVCA over twice a day or out of its time', async () => {
    expect(await setTerminalAccess(world.platform, 'T0', accessOfMode.police)).toMatchObject({ ok: false, code: 'TERMINAL_UNKNOWN' });
    expect(await nextCvca(world.platform)).toMatchObject({ ok: true, value: { reference: 'CNWZTEST00002' } });
    expect(await nextCvca(world.platform)).toMatchObject({ ok: false, code: 'STATE_NOT_ALLOWED' });
    world.clock.now = secondsOf('2047-01-01');
    expect(await nextCvca(world.platform)).toMatchObject({ ok: false, code: 'STATE_NOT_ALLOWED' });
    expect((await status(world.platform)).cvca.map(({ reference }) => reference)).toEqual(['CNWZTEST00001', 'CNWZTEST00002']);
  });
});
