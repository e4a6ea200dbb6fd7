import { describe, expect, it } from 'vitest';
import { configNames, defaultRules, type ConfigName } from '../../src/contract/index.js';
import { encodeCbor } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import type { Outbox } from '../../src/outbox/index.js';
import { pullAll, storedConfig, terminalRules, type PullContext, type Pulled, newestCardOf } from '../../src/sync/index.js';
import { clock, open, platformKeys, receiptMap, signReceipt, start, terminalId, verification } from '../outbox/fixture.js';
import { clientOf, json, platformThat, type Play, type Said } from './fixture.js';
import { configOf, numberIndexOf, sealedToTerminal, terminalBox } from './spec-platform.js';

const verifier = '$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$aGFzaA';
const operators = [{ id: '0101', name: '王小明', role: 'operator', verifier, disabled: false }];
const notice = { id: 'privacy', version: 1, from: '2026-01-01', zh: '告知', en: 'Notice' };
const contents: Readonly<Record<ConfigName, () => unknown>> = {
  rules: () => ({ ...defaultRules, issueDays: 20 }),
  operators: () => sealedToTerminal(operators),
  catalogue: () => [],
  notices: () => [notice],
  'number-index': () => numberIndexOf(['330302202610000429', 7, 0], ['330302202610000429', 9, 1], ['330302202610000430', 11, 1]),
};
const nameOf = (path: string): ConfigName | undefined => configNames.find((name) => path === `/v1/config/${name}`);
/** Everything but the settings is served as nothing new, or not at all. */
const serving = (config: (name: ConfigName, etag: string | undefined) => Said, rest: Play = () => ({ status: 404 })): Play => (asked) => {
  const name = nameOf(asked.path);
  return name === undefined ? rest(asked) : config(name, asked.headers['if-none-match']);
};
const pull = async (baseUrl: string, outbox: Outbox, more: Partial<PullContext> = {}): Promise<Pulled> =>
  pullAll({
    client: clientOf(baseUrl, { timeoutMs: 400 }),
    outbox,
    boxSecret: terminalBox.secretKey,
    crypto: nodeCrypto,
    platformKeys: () => platformKeys,
    now: clock.now,
    since: 0,
    numbers: () => [],
    terminalId,
    today: () => '2026-11-18',
    verifiers: { trustList: () => undefined, statusList: () => undefined, delegation: () => ({ first: 1, last: 2, notBefore: 0, expires: 1 }) },
    ...more,
  });
const honest = (version: number): Play => serving((name, etag) => (etag === `"${version}"` ? { status: 304 } : { status: 200, body: configOf(name, version, contents[name]()), headers: { etag: `"${version}"` } }));

describe('sync.md 5.1: settings that the platform signs', () => {
  it('are verified, opened and kept by version; 304 the second time confirms them', async () => {
    const outbox = open();
    expect(terminalRules(outbox)).toEqual(defaultRules);
    const { baseUrl, asked } = await platformThat(honest(3));
    const { results } = await pull(baseUrl, outbox);
    expect(configNames.map((name) => results[name])).toEqual(configNames.map(() => 'new'));
    expect(terminalRules(outbox).issueDays).toBe(20);
    expect(storedConfig(outbox, 'operators')).toEqual({ version: 3, issuedAt: start, contents: operators, pulledAt: start });
    expect(storedConfig(outbox, 'notices')?.contents).toEqual([notice]);
    const index = storedConfig(outbox, 'number-index')?.contents ?? new Uint8Array();
    expect([newestCardOf(index, '330302202610000429'), newestCardOf(index, '330302202610000430'), newestCardOf(index, '330302202610000431')]).toEqual([9, 11, undefined]);
    clock.at = start + 86_400;
    const again = await pull(baseUrl, outbox);
    expect(configNames.map((name) => again.results[name])).toEqual(configNames.map(() => 'same'));
    expect(storedConfig(outbox, 'operators')).toMatchObject({ version: 3, issuedAt: start, pulledAt: start + 86_400 });
    expect(asked.filter(({ headers }) => headers['if-none-match'] === '"3"')).toHaveLength(5);
    clock.at = start;
  });

  it('versions only grow: a smaller one is refused by name, and what was there stays', async () => {
    const outbox = open();
    await pull((await platformThat(honest(3))).baseUrl, outbox);
    const older = await pull((await platformThat(serving((name) => ({ status: 200, body: configOf(name, 2, contents[name]()) })))).baseUrl, outbox);
    for (const name of configNames) expect(older.results[name]).toEqual({ ok: false, code: 'PLATFORM_ANSWER_INVALID', detail: 'version' });
    expect(storedConfig(outbox, 'rules')?.version).toBe(3);
    const newer = await pull((await platformThat(honest(4))).baseUrl, outbox);
    expect(newer.results.rules).toBe('new');
    expect(storedConfig(outbox, 'rules')?.version).toBe(4);
  });

  const rules = (more: object): Said => ({ status: 200, body: configOf('rules', 1, { ...defaultRules, ...more }) });
  const index = numberIndexOf(['330302202610000429', 7, 1], ['330302202610000430', 9, 1]);
  const bad: readonly (readonly [string, ConfigName, () => Said])[] = [
    ['signed by somebody else', 'rules', () => ({ status: 200, body: configOf('rules', 1, defaultRules, [], new Uint8Array(32).fill(1)) })],
    ['under another name', 'rules', () => ({ status: 200, body: configOf('notices', 1, []) })],
    ['a version that is none', 'rules', () => ({ status: 200, body: configOf('rules', 1, defaultRules, [[2, 0]]) })],
    ['one label too many', 'rules', () => ({ status: 200, body: configOf('rules', 1, defaultRules, [[5, 0]]) })],
    ['signed after the key ended', 'rules', () => ({ status: 200, body: configOf('rules', 1, defaultRules, [[3, 4_000_000_001]]) })],
    ['an unknown rule', 'rules', () => rules({ surprise: 1 })],
    ['a rule of another type', 'rules', () => rules({ issueDays: '15' })],
    ['a missing rule', 'rules', () => rules({ fees: {} })],
    ['a map with a key that is no text', 'rules', () => ({ status: 200, body: configOf('rules', 1, new Map<unknown, unknown>([...Object.entries(defaultRules), [1, 2]])) })],
    ['operators in the open', 'operators', () => ({ status: 200, body: configOf('operators', 1, operators) })],
    ['operators sealed to another terminal', 'operators', () => ({ status: 200, body: configOf('operators', 1, new Uint8Array(200)) })],
    ['an operator with a verifier of another kind', 'operators', () => ({ status: 200, body: configOf('operators', 1, sealedToTerminal([{ ...operators[0], verifier: 'plain' }])) })],
    ['a number index cut short', 'number-index', () => ({ status: 200, body: configOf('number-index', 1, index.slice(1)) })],
    ['a number index out of order', 'number-index', () => ({ status: 200, body: configOf('number-index', 1, Uint8Array.from([...index.slice(13), ...index.slice(0, 13)])) })],
    ['garbage', 'notices', () => ({ status: 200, body: 'hello' })],
    ['nothing', 'catalogue', () => ({ status: 200 })],
    ['a fault', 'notices', () => json(500, { code: 'PLATFORM_FAULT', message: '' })],
  ];
  it.each(bad)('%s is refused, and stops no other pull', async (_, name, said) => {
    const outbox = open();
    const { baseUrl } = await platformThat(serving((asked) => (asked === name ? said() : { status: 200, body: configOf(asked, 1, contents[asked]()) })));
    const { results, failed } = await pull(baseUrl, outbox);
    expect(results[name]).toMatchObject({ ok: false });
    expect(storedConfig(outbox, name)).toBeUndefined();
    for (const other of configNames.filter((each) => each !== name)) expect(results[other]).toBe('new');
    expect(failed.map(({ item }) => item)).toEqual(expect.arrayContaining([name, 'key-sets']));
    expect(JSON.stringify(failed)).not.toContain('王小明');
  });

  it('when nobody answers the rest is not waited for, one by one', async () => {
    const { baseUrl, asked } = await platformThat(({ path }) => (path === '/v1/trust' ? { status: 200, body: encodeCbor(1) } : 'never'));
    const { results, failed } = await pull(baseUrl, open());
    expect(results.trust).toBe('new');
    expect(failed).toHaveLength(12);
    expect(results.rules).toMatchObject({ code: 'PLATFORM_TIMEOUT' });
    expect(asked).toHaveLength(2);
  });
});

describe('sync.md 5: record-status', () => {
  const received = () => {
    const outbox = open();
    for (let n = 1; n <= 1_500; n++) outbox.enqueue(verification(n));
    for (const [first, last] of [[1, 500], [501, 1_500]] as const) {
      outbox.acknowledge(signReceipt(receiptMap(outbox, first, last, [[7, first === 1 ? [[4, 'RECORD_REFUSED'], [9, 'PERMIT_UNKNOWN']] : []]])), platformKeys);
    }
    return outbox;
  };
  const statusPlatform = (answer: (after: number) => unknown) =>
    platformThat(({ path }) => (path.startsWith('/v1/record-status') ? { status: 200, body: encodeCbor(answer(Number(new URL(path, 'http://x').searchParams.get('after')))) } : { status: 404 }));
  const page = (list: unknown[], next: number | null = null, epoch = 1): Map<number, unknown> => new Map<number, unknown>([[1, epoch], [2, list], [3, next], [4, epoch]]);

  it('asks for what is in quarantine and what was pushed, and shows what became of it', async () => {
    const outbox = received();
    const { baseUrl, asked } = await statusPlatform((after) => (after < 10 ? page([[4, 'quarantined', 'RECORD_REFUSED'], [9, 'resolved', null], [10, 'applied', null]], 10) : page([[1_500, 'repeated', null]])));
    const { results } = await pull(baseUrl, outbox, { since: 1_400 });
    expect(results['record-status']).toBe('new');
    expect(asked.filter(({ path }) => path.includes('record-status')).map(({ path }) => path.split('?')[1])).toEqual(['epoch=1&after=3', 'epoch=1&after=1400']);
    expect(outbox.quarantined()).toMatchObject([{ seq: 4 }]);
    expect(outbox.statuses(1)).toMatchObject([{ seq: 1_500, outcome: 'repeated' }]);
  });

  it('asks nothing when nothing was pushed and nothing is in quarantine', async () => {
    const { baseUrl, asked } = await statusPlatform(() => page([]));
    expect((await pull(baseUrl, open())).results['record-status']).toBe('same');
    expect(asked.some(({ path }) => path.includes('record-status'))).toBe(false);
  });

  it.each([
    ['another epoch', page([[4, 'resolved', null]], null, 2)],
    ['numbers that do not grow', page([[4, 'resolved', null], [4, 'resolved', null]])],
    ['a number that was not asked for', page([[3, 'resolved', null]])],
    ['an unknown outcome', page([[4, 'lost', null]])],
    ['a code that is none', page([[4, 'quarantined', 'drop table']])],
    ['no list', page(1 as unknown as unknown[])],
    ['no map', [1]],
  ])('%s is refused and changes nothing', async (_, answer) => {
    const outbox = received();
    const before = outbox.statuses(9_999);
    const { baseUrl } = await statusPlatform(() => answer);
    expect((await pull(baseUrl, outbox)).results['record-status']).toMatchObject({ code: 'PLATFORM_ANSWER_INVALID' });
    expect([outbox.statuses(9_999), outbox.quarantined().length]).toEqual([before, 2]);
  });
});
