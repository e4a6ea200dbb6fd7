import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor, parseSign1, signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { blockTerminal, nextCvca, setTerminalAccess } from '../../src/platform/index.js';
import { EnrolledTerminal } from './enrolled-terminal.js';

const path = '/v1/terminal-certificate';
let hall: EnrolledTerminal;
beforeEach(async () => {
  hall = await EnrolledTerminal.make();
});
afterEach(() => hall.close());

const nextDay = (): void => {
  hall.now += 86_400;
  hall.world.clock.now = hall.now;
};
const pulled = (more: { fetch?: typeof fetch } = {}): Promise<string> => hall.resultOf('terminal-certificate', more);
/** Notes each answer of the call, and gives what `change` makes of it. */
const answers: Uint8Array[] = [];
const changing = (change: (original: Uint8Array) => Uint8Array = (original) => original): typeof fetch => async (input, init) => {
  const response = await fetch(input, init);
  if (new URL(input instanceof Request ? input.url : input).pathname !== path || response.status !== 200) return response;
  const original = new Uint8Array(await response.arrayBuffer());
  answers.push(original);
  return new Response(change(original) as Uint8Array<ArrayBuffer>, { status: 200, headers: response.headers });
};

/** The map of an answer with one label replaced, signed again with the platform's own key. */
const resigned = (original: Uint8Array, label: number, value: (held: unknown) => unknown): Uint8Array => {
  const { payload, kid } = parseSign1(original);
  const map = decodeCbor(payload) as Map<number, unknown>;
  map.set(label, value(map.get(label)));
  const { platform } = hall.world.platform.keys;
  const signed = signSign1({ typ: 'wz-access', ...(kid === undefined ? {} : { kid }), payload: encodeCbor(map), seed: new Uint8Array(32) }, { ...nodeCrypto.ed25519, sign: (_seed, message) => platform.sign(message) });
  return signed;
};
const flipped = (bytes: unknown): Uint8Array => (bytes as Uint8Array).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte));

describe('sync.md 5.2: terminal certificate', () => {
  it('comes with the first sync, stays for the day and is renewed the next', async () => {
    expect(hall.terminal.access.days()).toEqual({ effective: '2026-11-18', expires: '2026-12-05' });
    expect(hall.terminal.access.rights()).toEqual({ ok: true, value: ['inspect', 'endorse', 'service', 'manage'] });
    expect(await pulled()).toBe('same');
    nextDay();
    expect(await pulled()).toBe('new');
    expect(hall.terminal.access.days()).toEqual({ effective: '2026-11-19', expires: '2026-12-06' });
    expect(hall.reopen().access.days()).toEqual(hall.terminal.access.days());
  });

  it.each<[string, (original: Uint8Array) => Uint8Array]>([
    ['with a flipped bit', flipped],
    ['that is no map', () => encodeCbor([1, 2])],
    ['empty', () => new Uint8Array(0)],
    ['of an earlier key', () => answers[0] ?? new Uint8Array(0)],
    ['signed by the platform, the terminal’s certificate by nobody', (original) => resigned(original, 3, flipped)],
    ['signed by the platform, the document verifier’s by nobody', (original) => resigned(original, 2, flipped)],
    ['signed by the platform, without a CVCA', (original) => resigned(original, 1, () => [])],
    ['signed by the platform, with a document verifier in the place of the terminal', (original) => resigned(original, 3, () => (decodeCbor(parseSign1(original).payload) as Map<number, unknown>).get(2))],
  ])('an answer %s is refused, and what was held stays', async (_what, change) => {
    answers.length = 0;
    nextDay();
    expect(await pulled({ fetch: changing() })).toBe('new');
    const before = hall.terminal.access.days();
    nextDay();
    expect(await pulled({ fetch: changing(change) })).toBe('PLATFORM_ANSWER_INVALID');
    expect(hall.terminal.access.days()).toEqual(before);
    expect(await pulled()).toBe('new');
  });

  it('an honest answer signed again is taken: what the cases above change is why they are refused', async () => {
    nextDay();
    expect(await pulled({ fetch: changing((original) => resigned(original, 4, (time) => time)) })).toBe('new');
  });

  it('stops no other pull when the platform gives none, and ends by itself', async () => {
    const { terminalId } = hall.terminal.identity;
    await setTerminalAccess(hall.world.platform, terminalId, { rights: [], departments: [] });
    nextDay();
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pulled: { failed: [{ item: 'terminal-certificate', code: 'ACCESS_RIGHT_MISSING' }] } } });
    expect(hall.terminal.access.rights()).toMatchObject({ ok: true });
    for (let n = 0; n < 17; n += 1) nextDay();
    expect(hall.terminal.access.rights()).toMatchObject({ ok: false, code: 'ACCESS_CERTIFICATE_EXPIRED' });
  });

  it('leads a card of before a roll-over to the terminal, and a new card by the shorter way', async () => {
    expect(hall.terminal.access.trustPoint()).toMatchObject({ value: { reference: 'CNWZTEST00001' } });
    nextDay();
    await nextCvca(hall.world.platform);
    expect(await pulled()).toBe('new');
    const lengthFor = (reference: string): unknown => {
      const credentials = hall.terminal.access.credentials([reference]);
      return credentials.ok ? credentials.value.chain.length : credentials.code;
    };
    expect(hall.terminal.access.trustPoint()).toMatchObject({ value: { reference: 'CNWZTEST00002' } });
    expect([lengthFor('CNWZTEST00001'), lengthFor('CNWZTEST00002'), lengthFor('CNWZTEST00003')]).toEqual([3, 2, 'ACCESS_REFUSED']);
  });

  it('comes no more for a blocked terminal; what it held is not longer for it', async () => {
    const before = hall.terminal.access.days();
    await blockTerminal(hall.world.platform, hall.terminal.identity.terminalId);
    nextDay();
    await expect(hall.sync()).rejects.toMatchObject({ code: 'TERMINAL_BLOCKED' });
    expect(hall.terminal.access.days()).toEqual(before);
  });
});
