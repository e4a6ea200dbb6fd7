import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { capturedRecord, type CapturedRecord } from '../../src/contract/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { verifyStatusListToken } from '../../src/permit/index.js';
import { openPlatform, overdueApplications, permitHistory, revoke, status, stockOverview } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { lifeStory, secondsOf, type Story } from './life-story.js';
import { person, type TestTerminal } from './terminal.js';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clock.now = secondsOf('2026-11-24');
});
afterEach(() => world.close());

const receipt = (terminal: TestTerminal, response: Awaited<ReturnType<TestTerminal['push']>>): [number, string][] => terminal.receipt(response, world.platform.keys.platform.publicKey);
const statusList = async (terminal: TestTerminal): Promise<(index: number) => number | undefined> => {
  const { trust } = await world.platform.trust();
  const response = await terminal.get('/v1/status-list');
  const result = verifyStatusListToken(new Uint8Array(response.rawPayload), trust, nodeCrypto, (b) => inflateSync(b));
  if (!result.ok) throw new Error(result.reason);
  return (index) => result.list.get(index);
};

/** A generator with a seed (mulberry32), so that a failing order can be had again. */
const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
};

/** Everything the registries say, without what names an order or a serial number drawn by lot. */
const registries = ({ serials }: Story): unknown => {
  const names = new Map(serials.map((serial, i) => [serial, `card ${i + 1}`]));
  const named = <T extends { serial: string }>(rows: T[]): T[] => rows.map((row) => ({ ...row, serial: names.get(row.serial) ?? 'unused' }));
  const sorted = <T>(rows: T[]): T[] => rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return {
    permits: named(world.rows<{ serial: string }>('select permit_number, serial, status, state, good_until, years_count_from, ended, duplicate from permits')),
    cards: sorted(named(world.rows<{ serial: string }>('select serial, status, replaced from cards'))),
    applications: world.rows('select receipt, state, purpose, due_on, permit_number, missing_papers from applications order by receipt'),
    events: world.rows('select at, type, permit_number, receipt, applied, code, facts, terminated from events order by at'),
    pins: world.rows('select at, permit_number, action from pin_events'),
    blanks: sorted(named(world.rows<{ serial: string }>('select serial, state from blanks'))),
    money: [world.rows('select day, receipt, fen from fees'), world.rows('select day, fee_fen, counted from reconciliations')],
    verifications: world.rows('select at, result, access from verifications'),
    changes: world.rows('select at, reason from status_changes order by at'),
    ledger: world.rows('select type, outcome, code from intake_ledger order by type'),
  };
};

const record = (story: Story, type: CapturedRecord['type'], nth = 0): CapturedRecord => {
  const found = story.records.filter((each) => each.type === type)[nth];
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};

const pushAll = async (terminal: TestTerminal): Promise<[number, string][]> => receipt(terminal, await terminal.push(1, terminal.queue.length));

describe('the life of a permit', () => {
  it('has every type of record, each with one effect, once and pushed again', async () => {
    const { terminal, serials } = await world.terminal(5);
    const story = await lifeStory(world, terminal, serials);
    expect(new Set(story.records.map(({ type }) => type))).toEqual(new Set(capturedRecord.options.map((option) => option.shape.type.value)));
    for (const each of story.records) terminal.capture(each);
    expect(await pushAll(terminal)).toEqual([]);
    const once = registries(story);
    expect(await pushAll(terminal)).toEqual([]);
    expect(registries(story)).toEqual(once);
    expect(world.rows("select type, code from events where applied = 0")).toEqual([]);
    expect(world.rows("select terminated from events where type = 'card-return' order by at")).toEqual([{ terminated: 0 }, { terminated: 1 }]);
    expect(world.rows("select count(*) as n from events where type <> 'card-return' and terminated is not null")).toEqual([{ n: 0 }]);
    expect(once).toMatchObject({
      permits: [{ permit_number: story.permitNumber, serial: 'card 3', status: 1, state: 'ended', good_until: '2028-11-24', ended: 'left' }],
      cards: [
        { serial: 'card 1', status: 1, replaced: null },
        { serial: 'card 2', status: 1, replaced: 'damaged' },
        { serial: 'card 3', status: 1, replaced: 'lost' },
      ],
      applications: [
        { receipt: 'R1a', state: 'made', purpose: 'first', permit_number: story.permitNumber, missing_papers: 0 },
        { receipt: 'R1b', state: 'made', purpose: 'damaged' },
        { receipt: 'R1c', state: 'made', purpose: 'lost' },
        { receipt: 'V1', state: 'registered', purpose: null },
      ],
      pins: [{ permit_number: story.permitNumber, action: 'set' }],
      verifications: [{ result: 'revoked', access: 'inspect' }],
      blanks: [{ state: 'returned' }, { state: 'used' }, { state: 'returned' }, { state: 'spoiled' }, { state: 'allotted' }],
    });
    expect(await status(world.platform)).toMatchObject({ permits: 1, cards: 3, applications: 4, fees: { count: 1, fen: 2_000 }, reconciliations: 1, pinEvents: 1, records: story.records.length, quarantined: 0 });
    expect((await stockOverview(world.platform)).total).toEqual({ opening: 5, stock: 0, allotted: 1, used: 1, spoiled: 1, returned: 2 });
    const history = await permitHistory(world.platform, story.permitNumber);
    expect(history).toMatchObject({ ok: true, value: { facts: { state: 'ended', kind: 1 } } });
    expect(JSON.stringify(history)).not.toContain(person(1).name);
  });

  it('leaves nobody in clear in any file of the platform', async () => {
    const { terminal, serials } = await world.terminal(5);
    for (const each of (await lifeStory(world, terminal, serials)).records) terminal.capture(each);
    terminal.capture({ type: 'review', receipt: 'R1a', decision: 'refused', reason: '测试居民1号没有租约', by: 'op-77', at: world.clock.now });
    expect(await pushAll(terminal)).toEqual([]);
    await world.platform.close();
    const files = readdirSync(world.dir).map((name) => readFileSync(join(world.dir, name)));
    const who = person(1);
    for (const secret of [who.name, who.idNumber, who.address, '虚构新路8号', '没有租约', '13800000000', 'op-77']) expect([secret, files.some((file) => file.includes(secret))]).toEqual([secret, false]);
    expect(files.some((file) => file.includes('R1a'))).toBe(true);
    world.platform = await openPlatform(world.dir);
  });

  it.each([1, 2, 3, 4])('ends in the same registries in any order of arrival (seed %i)', async (seed) => {
    const { terminal, serials } = await world.terminal(5);
    const story = await lifeStory(world, terminal, serials);
    for (const each of story.records) terminal.capture(each);
    await pushAll(terminal);
    const straight = registries(story);
    await world.close();

    world = await World.make();
    const own = await world.terminal(5);
    const { terminal: other } = await world.terminal(0);
    const again = await lifeStory(world, own.terminal, own.serials);
    const ofChip = new Set(['issue', 'endorsement', 'residence-change', 'spoiled']);
    shuffled(again.records, seed).forEach((each, i) => (ofChip.has(each.type) || i % 2 === 0 ? own.terminal : other).capture(each));
    const terminals = seed % 2 === 0 ? [own.terminal, other] : [other, own.terminal];
    for (const each of terminals) {
      for (let seq = 1; seq <= each.queue.length; seq += 3) receipt(each, await each.push(seq, Math.min(seq + 2, each.queue.length)));
    }
    expect(registries(again)).toEqual(straight);
    for (const each of terminals) expect(await pushAll(each)).toEqual([]);
    expect(world.rows("select * from quarantine where state = 'waiting'")).toEqual([]);
  });

  it.each(['hand-over', 'endorsement', 'residence-change', 'card-return', 'revocation'] as const)('keeps a %s that comes before its permit', async (type) => {
    const { terminal, serials } = await world.terminal(5);
    const { terminal: other } = await world.terminal(0);
    const story = await lifeStory(world, terminal, serials);
    const early = ['endorsement', 'residence-change'].includes(type) ? terminal : other;
    early.capture(record(story, type));
    expect(receipt(early, await early.push(1, 1))).toEqual([[1, 'PERMIT_UNKNOWN']]);
    const rows = (await early.pull('/v1/record-status?epoch=1&after=0')) as Map<number, unknown>;
    expect(rows.get(2)).toEqual([[1, 'quarantined', 'PERMIT_UNKNOWN']]);
    terminal.capture(record(story, 'issue'));
    expect(receipt(terminal, await terminal.push(1, terminal.queue.length))).toEqual([]);
    expect(world.rows(`select type from events where type = '${type}'`)).toHaveLength(1);
    expect(((await early.pull('/v1/record-status?epoch=1&after=0')) as Map<number, unknown>).get(2)).toContainEqual([1, 'resolved', null]);
  });
});

describe('cards', () => {
  it('are replaced for the same person only; the newest alone has the status of the permit', async () => {
    const { terminal, serials } = await world.terminal(5);
    const first = terminal.issueRecord(person(1), serials[0] ?? '', { chip: 10 });
    terminal.capture(first);
    world.clock.now += 60;
    const more = { number: first.permitNumber } as const;
    terminal.capture({ ...terminal.issueRecord(person(2), serials[1] ?? '', more), replaces: 'damaged' });
    terminal.capture(terminal.issueRecord(person(1), serials[2] ?? '', more));
    const second = { ...terminal.issueRecord(person(1), serials[3] ?? '', { ...more, chip: 20 }), replaces: 'damaged' } as const;
    terminal.capture(second);
    expect(await pushAll(terminal)).toEqual([[2, 'RECORD_REFUSED'], [3, 'RECORD_REFUSED']]);
    expect(world.rows('select detail from quarantine order by seq')).toEqual([{ detail: 'permit-of-another-person' }, { detail: 'permit-number-used' }]);
    const list = await statusList(terminal);
    expect([list(first.statusIndex), list(second.statusIndex)]).toEqual([1, 0]);
    expect(await revoke(world.platform, first.permitNumber, 2, 'decision', 'a', 'b')).toMatchObject({ ok: true, value: { status: 2, statusIndex: second.statusIndex } });
    expect((await statusList(terminal))(second.statusIndex)).toBe(2);
    expect(await revoke(world.platform, first.permitNumber, 0, 'restored', 'a', 'a')).toMatchObject({ ok: false, code: 'APPROVAL_REQUIRED' });
    expect(await revoke(world.platform, first.permitNumber, 0, 'restored', 'a', 'b')).toMatchObject({ ok: true, value: { status: 0 } });
    expect(await revoke(world.platform, first.permitNumber, 0, 'restored', 'a', 'b')).toMatchObject({ ok: false, code: 'STATE_NOT_ALLOWED' });
    const after = await statusList(terminal);
    expect([after(first.statusIndex), after(second.statusIndex)]).toEqual([1, 0]);
  });

  it('are listed when the endorsement is refused, and an early refusal ends nothing', async () => {
    const { terminal, serials } = await world.terminal(5);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '', { chip: 10 });
    const { permitNumber } = issue;
    terminal.capture(issue);
    terminal.capture({ type: 'hand-over', permitNumber, serial: serials[0] ?? '', receivedBy: 'holder', oldCard: 'none', by: 'op-1', at: world.clock.now + 1 });
    const refused = () => ({ type: 'endorsement', permitNumber, decision: 'refused', reason: '已不符合条件', by: 'op-1', at: world.clock.now }) as const;
    world.clock.now += 60;
    terminal.capture(refused());
    expect(await pushAll(terminal)).toEqual([]);
    expect((await statusList(terminal))(issue.statusIndex)).toBe(0);
    world.clock.now = secondsOf('2027-11-10');
    terminal.capture(refused());
    expect(await pushAll(terminal)).toEqual([]);
    expect((await statusList(terminal))(issue.statusIndex)).toBe(1);
    expect(world.rows("select applied from events where type = 'endorsement' order by at")).toEqual([{ applied: 0 }, { applied: 1 }]);
  });

  it('bear no object of another chip, another terminal or another hand', async () => {
    const { terminal, serials } = await world.terminal(5);
    const { terminal: other } = await world.terminal(0);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '', { chip: 10 });
    const { permitNumber } = issue;
    terminal.capture(issue);
    const endorsement = (object: Uint8Array) => ({ type: 'endorsement', permitNumber, decision: 'endorsed', object, by: 'op-1', at: world.clock.now }) as const;
    const good = terminal.endorsement(permitNumber, '2026-11-24', '2027-11-24', 10);
    terminal.capture(endorsement(terminal.endorsement(permitNumber, '2026-11-24', '2027-11-24', 11)));
    terminal.capture(endorsement(other.endorsement(permitNumber, '2026-11-24', '2027-11-24', 10)));
    terminal.capture(endorsement(Uint8Array.from([...good.slice(0, -1), (good.at(-1) ?? 0) ^ 1])));
    terminal.capture(endorsement(Uint8Array.of(1, 2, 3)));
    terminal.capture({ type: 'hand-over', permitNumber, serial: serials[0] ?? '', receivedBy: 'holder', oldCard: 'none', by: 'op-1', at: world.clock.now + 1 });
    terminal.capture(endorsement(good));
    expect(await pushAll(terminal)).toEqual([2, 3, 4, 5].map((seq) => [seq, 'RECORD_REFUSED']));
    expect(world.rows('select detail from quarantine order by seq')).toEqual([
      { detail: 'object-of-another-chip' }, { detail: 'delegation-of-another-terminal' }, { detail: 'endorsement-signature' }, { detail: 'not-cose-sign1' },
    ]);
    // Eleven months too early: the card may bear it, the rules give it no effect, and it is not lost.
    expect(world.rows("select applied, code from events where type = 'endorsement'")).toEqual([{ applied: 0, code: 'STATE_NOT_ALLOWED' }]);
    // The card with the other chip comes: what was bound to it takes its place.
    world.clock.now += 60;
    terminal.capture({ ...terminal.issueRecord(person(1), serials[1] ?? '', { number: permitNumber, chip: 11 }), replaces: 'damaged' });
    expect(await pushAll(terminal)).toEqual([3, 4, 5].map((seq) => [seq, 'RECORD_REFUSED']));
    expect(world.rows("select * from events where type = 'endorsement'")).toHaveLength(2);
  });
});

it('counts the days of an application', async () => {
  const { terminal, serials } = await world.terminal(1);
  const { application } = terminal.issueRecord(person(1), serials[0] ?? '');
  const at = world.clock.now;
  terminal.capture({ type: 'review', receipt: 'R9', decision: 'approved', by: 'op-1', at: at + 2 });
  terminal.capture({ type: 'acceptance', receipt: 'R9', purpose: 'first', application, missingPapers: [], dueOn: '2026-12-09', by: 'op-1', at });
  expect(await pushAll(terminal)).toEqual([]);
  world.clock.now = secondsOf('2026-12-09');
  expect(await overdueApplications(world.platform)).toEqual([]);
  world.clock.now = secondsOf('2026-12-10');
  expect(await overdueApplications(world.platform)).toMatchObject([{ receipt: 'R9', state: 'approved', purpose: 'first', dueOn: '2026-12-09' }]);
});
