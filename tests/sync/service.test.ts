import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capturedRecord, configNames, defaultRules, syncTyp, workflows, type ConfigName } from '../../src/contract/index.js';
import { decodeCbor, encodeCbor, openSealed, sealTo, sealingKeyPair, signSign1With } from '../../src/cose/index.js';
import { certificateDays, CounterDesk, enrolTerminal, lookUpPermit, openTerminal, syncLoopOf, syncTerminal, type LookedUp, type Terminal } from '../../src/service/index.js';
import { permitNumber } from '../../src/permit/index.js';
import { plainOf } from '../../src/platform/intake/fields.js';
import { lookUp } from '../../src/service/flows/look-up.js';
import { OperationBook } from '../../src/service/operation-book.js';
import { World } from '../platform/fixture.js';
import { TestRun } from '../service/flows/police-desk.js';
import { failureOf } from './fixture.js';
import { numberIndexOf } from './spec-platform.js';

const day = 86_400;
const number = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 42 });
const unknown = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 43 });

let world: World;
let baseUrl: string;
let folder: string;
let terminal: Terminal;
let now: number;
/** What the platform says of settings and permits here; everything else it says itself. */
let config: { [N in ConfigName]?: unknown };
let permit: ((n: string) => Map<number, unknown> | undefined) | undefined;
let down: boolean;

const signed = (typ: string, map: Map<number, unknown>): Uint8Array<ArrayBuffer> => {
  const key = world.platform.keys.platform;
  return signSign1With({ typ, kid: key.kid, payload: encodeCbor(map) }, (toBeSigned) => key.sign(toBeSigned)) as Uint8Array<ArrayBuffer>;
};
/** The real platform, with settings and permits as the test wants them, signed by its own key. */
const through: typeof fetch = async (input, init) => {
  if (down) throw new TypeError('no route');
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  const name = configNames.find((each) => pathname === `/v1/config/${each}`);
  const asked = /^\/v1\/permits\/(\d+)$/.exec(pathname)?.[1];
  if (name === undefined && (asked === undefined || permit === undefined)) return fetch(input, init);
  if (name !== undefined) return new Response(signed(syncTyp.config, new Map<number, unknown>([[1, name], [2, 1], [3, world.clock.now], [4, config[name]]])));
  const map = permit?.(asked ?? '');
  return map === undefined ? Response.json({ code: 'PERMIT_UNKNOWN', message: '' }, { status: 404 }) : new Response(signed(syncTyp.permit, map));
};
const sync = (): ReturnType<typeof syncTerminal> => syncTerminal(terminal, { divisions: ['330302'], fetch: through });
const facts = (at: number): Map<number, unknown> =>
  new Map<number, unknown>([[1, number], [2, 'active'], [3, 1], [4, '2026-10-01'], [5, null], [6, '2027-10-01'], [7, [['0a'.repeat(10), 5, 0]]], [8, at], [9, null]]);

beforeEach(async () => {
  world = await World.make();
  baseUrl = await world.app.listen({ host: '127.0.0.1', port: 0 });
  now = world.clock.now;
  down = false;
  permit = undefined;
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  expect(await enrolTerminal(folder, baseUrl, await world.code(), '一号窗口', { clock: () => now })).toMatchObject({ ok: true });
  terminal = openTerminal(folder, { clock: () => now, mode: 'police' });
  const boxPublic = sealingKeyPair(terminal.identity.boxSecret).publicKey;
  config = { rules: { ...defaultRules, outboxLimit: { records: 3, bytes: 1_000_000 } }, operators: sealTo(boxPublic).seal(encodeCbor([])), catalogue: [], notices: [], 'number-index': numberIndexOf([number, 0, 0], [number, 1, 1]) };
  // The second brings the status list with the indexes that the first one allotted.
  for (let i = 0; i < 2; i++) expect(await sync()).toMatchObject({ ok: true, value: { pulled: { results: { rules: i === 0 ? 'new' : 'same' } } } });
});
afterEach(async () => {
  await terminal.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const look = (n = number, options = {}): ReturnType<typeof lookUpPermit> => lookUpPermit(terminal, n, { fetch: through, operation, ...options });
const operation = { purpose: 'station', place: '火车站北广场' } as const;
const codeOf = (n = number, options = {}): Promise<string> => failureOf(look(n, options));
const valueOf = async (n = number, options = {}): Promise<LookedUp> => {
  const found = await look(n, options);
  if (!found.ok) throw new Error(found.code);
  return found.value;
};

describe('a permit by its number', () => {
  it('on-line: what the platform signed, nothing of the holder', async () => {
    permit = () => facts(world.clock.now);
    expect(await valueOf()).toEqual({
      source: 'platform',
      facts: { permitNumber: number, state: 'active', kind: 1, issuedOn: '2026-10-01', goodUntil: '2027-10-01', cards: [{ serial: '0a'.repeat(10), statusIndex: 5, status: 0 }], at: world.clock.now },
    });
  });

  it('PERMIT_UNKNOWN, and what is no permit number', async () => {
    permit = () => undefined;
    expect(await codeOf(unknown)).toBe('PERMIT_UNKNOWN');
    expect(await codeOf(`${number.slice(0, 17)}${(Number(number[17]) + 1) % 10}`)).toBe('INPUT_INVALID');
    expect(await codeOf('../trust')).toBe('INPUT_INVALID');
  });

  const bad: readonly (readonly [string, () => Map<number, unknown>])[] = [
    ['another permit', () => facts(world.clock.now).set(1, unknown)],
    ['an answer that was kept', () => facts(world.clock.now - 301)],
    ['one label too many', () => facts(world.clock.now).set(10, 1)],
    ['a card of no shape', () => facts(world.clock.now).set(7, [[1, 2]])],
    ['a day that is none', () => facts(world.clock.now).set(4, 20261001)],
  ];
  it.each(bad)('%s is refused, and older lists do not make up for it', async (_, map) => {
    permit = map;
    expect(await codeOf()).toBe('PLATFORM_ANSWER_INVALID');
  });

  it('off-line: the status of the newest card alone, with the age of the list', async () => {
    down = true;
    now += 3_600;
    expect(await valueOf()).toEqual({ source: 'lists', permitNumber: number, status: 'unconfirmed', listAgeSeconds: 3_600 });
    expect(await codeOf(unknown)).toBe('PERMIT_UNKNOWN');
  });

  it('off-line: as old as the rules of the mode allow', async () => {
    down = true;
    now += 3 * day;
    expect(await valueOf()).toMatchObject({ source: 'lists' });
    now += 1;
    expect(await codeOf()).toBe('STATUS_LIST_STALE');
    expect(await valueOf(number, { mode: 'counter' })).toMatchObject({ listAgeSeconds: 3 * day + 1 });
    now -= 2 * day;
    expect(await codeOf(number, { mode: 'kiosk' })).toBe('STATUS_LIST_STALE');
  });

  it('off-line: nothing is said before lists were pulled, nor on a clock that is known to be wrong', async () => {
    down = true;
    now -= day;
    expect(await codeOf()).toBe('CLOCK_WRONG');
    now += day;
    terminal.outbox.settings.put({ 'config/number-index': undefined });
    expect(await codeOf()).toBe('STATUS_LIST_MISSING');
  });
});

describe('an officer’s question', () => {
  const captured = () =>
    terminal.outbox.pending(99).map(({ sealed }) => capturedRecord.parse(plainOf(decodeCbor(openSealed(world.platform.keys.sealing.secretKey, sealed) ?? new Uint8Array()))));
  const asked = { type: 'verification', mode: 'police', ...operation };

  it('is captured with its answer: the platform’s, the list’s, and that there is no such permit', async () => {
    permit = () => facts(world.clock.now).set(7, [['0a'.repeat(10), 5, 1]]);
    await valueOf();
    permit = () => undefined;
    expect(await codeOf(unknown)).toBe('PERMIT_UNKNOWN');
    down = true;
    await valueOf();
    expect(captured()).toEqual([
      { ...asked, permitNumber: number, result: 'revoked', reason: 'looked-up', at: now },
      { ...asked, permitNumber: unknown, result: 'undetermined', reason: 'looked-up-unknown', at: now },
      { ...asked, permitNumber: number, result: 'unconfirmed', reason: 'looked-up-lists', at: now },
    ]);
  });

  it('is not asked without why and where, nor where it cannot be captured', async () => {
    permit = () => facts(world.clock.now);
    expect(await codeOf(number, { operation: undefined })).toBe('OPERATION_REQUIRED');
    for (let n = 0; n < 3; n++) await valueOf();
    expect(await codeOf()).toBe('OUTBOX_FULL');
    expect(captured()).toHaveLength(3);
  });

  it('comes in the contract’s form', async () => {
    permit = () => facts(world.clock.now);
    const flow = lookUp({ terminal: () => terminal, operation: new OperationBook(() => terminal) }, { fetch: through });
    const told = async (permitNumber: string) => {
      const found = await flow(new TestRun(), { workflow: 'look-up', permitNumber });
      return found.ok ? workflows['look-up'].outcome.parse(found.value) : found.code;
    };
    expect(await told(number)).toBe('OPERATION_REQUIRED');
    new OperationBook(() => terminal).set(terminal, operation);
    expect(await told(number)).toEqual({
      source: 'platform', permitNumber: number, status: 'valid', state: 'active', division: '330302', kind: 'residence', issued: '2026-10-01', goodUntil: '2027-10-01', askedAt: world.clock.now,
    });
    permit = () => facts(world.clock.now).set(7, []);
    expect(await told(number)).toMatchObject({ status: 'unconfirmed' });
    down = true;
    expect(await told(number)).toEqual({ source: 'lists', permitNumber: number, status: 'unconfirmed', listAgeSeconds: 0 });
    expect(await told(unknown)).toBe('OUTBOX_FULL');
  });
});

describe('rules of the city', () => {
  it('are in force from the sync that brought them: a full outbox takes no new work, and losses', async () => {
    const verification = { type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: now } as const;
    for (let n = 0; n < 3; n++) terminal.outbox.enqueue(verification);
    expect(await terminal.verify({ operation })).toMatchObject({ ok: false, code: 'OUTBOX_FULL' });
    // Losses are taken at a counter.
    await terminal.close();
    terminal = openTerminal(folder, { clock: () => now });
    expect(await terminal.issue({}, new Uint8Array())).toMatchObject({ ok: false, code: 'OUTBOX_FULL' });
    expect(await new CounterDesk(terminal).changeStatus({ permitNumber: number, status: 1, reason: 'lost', approvedBy: 'b' }, 'a')).toMatchObject({ ok: true });
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 4 } } });
    expect(terminal.outbox.admits('issue').ok).toBe(true);
  });

  it('hold after a restart, and come back to the contract when none was ever pulled', async () => {
    expect(terminal.rules().outboxLimit.records).toBe(3);
    await terminal.close();
    terminal = openTerminal(folder, { clock: () => now });
    expect(terminal.rules().outboxLimit.records).toBe(3);
    terminal.outbox.settings.put({ 'config/rules': undefined });
    await terminal.pulled();
    expect(terminal.rules()).toEqual(defaultRules);
  });
});

describe('certificateDays', () => {
  it('counts down, warns before the longest closure and 7 days, and names what ended', () => {
    const days = (): unknown => certificateDays(terminal);
    const { delegation } = certificateDays(terminal);
    expect(delegation.state).toBe('ok');
    now += ((delegation.days ?? 0) - 17) * day;
    expect(certificateDays(terminal).delegation).toEqual({ days: 17, state: 'ok' });
    now += day;
    expect(certificateDays(terminal).delegation).toEqual({ days: 16, state: 'warn' });
    now += 200 * day;
    expect(days()).toMatchObject({ delegation: { state: 'ended' }, trustList: { state: 'ended' }, statusList: { state: 'ended' } });
    terminal.outbox.settings.put({ 'status-list': undefined });
    terminal.trust.reload();
    expect(days()).toMatchObject({ statusList: { days: undefined, state: 'missing' } });
  });
});

describe('in the background', () => {
  it('pushes what was captured without being asked', async () => {
    const loop = syncLoopOf(terminal, { fetch: through, divisions: ['330302'], lookMs: 10 });
    loop.start();
    try {
      terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: now });
      const deadline = Date.now() + 10_000;
      while (terminal.outbox.counts().pending > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(terminal.outbox.counts()).toMatchObject({ pending: 0, acknowledged: 1 });
    } finally {
      await loop.stop();
    }
  });
});
