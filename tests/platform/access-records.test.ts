import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCbor } from '../../src/cose/index.js';
import { permitHistory } from '../../src/platform/index.js';
import { captureKey } from '../../src/platform/intake/prepare.js';
import { originKey } from '../../src/platform/intake/prepare-events.js';
import { World } from './fixture.js';
import { secondsOf } from './life-story.js';
import { person, type TestTerminal } from './terminal.js';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clock.now = secondsOf('2026-11-24');
});
afterEach(() => world.close());

const pushed = async (terminal: TestTerminal, first: number): Promise<[number, string][]> =>
  terminal.receipt(await terminal.push(first, terminal.queue.length), world.platform.keys.platform.publicKey);
const opened = (table: string, key: Uint8Array, box: Uint8Array): Map<string, unknown> => decodeCbor(world.platform.boxes.open(table, key, new Uint8Array(box))) as Map<string, unknown>;

describe('a PIN that was set, changed or reset', () => {
  it('is kept once for each record, with who did it in a box', async () => {
    const { terminal, serials } = await world.terminal(1);
    const { permitNumber, ...issue } = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture({ ...issue, permitNumber });
    for (const [i, action] of (['set', 'changed', 'reset'] as const).entries()) terminal.capture({ type: 'pin', permitNumber, action, by: 'op-77', at: world.clock.now + i });
    terminal.capture({ type: 'pin', permitNumber, action: 'changed', at: world.clock.now + 9 });
    expect([await pushed(terminal, 1), await pushed(terminal, 1)]).toEqual([[], []]);
    const rows = world.rows<{ seq: number; box: Uint8Array }>('select origin_seq as seq, permit_number, action, at, box from pin_events order by seq');
    expect(rows).toMatchObject(['set', 'changed', 'reset', 'changed'].map((action, i) => ({ seq: i + 2, permit_number: permitNumber, action, at: world.clock.now + (i === 3 ? 9 : i) })));
    const boxed = rows.map(({ seq, box }) => opened('pin_events', originKey({ terminal: terminal.id, epoch: 1, seq }), box).get('by'));
    expect(boxed).toEqual(['op-77', 'op-77', 'op-77', undefined]);
    expect(await permitHistory(world.platform, permitNumber)).toMatchObject({ value: { facts: { state: 'made' }, events: [{ type: 'issue' }] } });
  });

  it('waits for its permit, and takes effect with it', async () => {
    const { terminal: early } = await world.terminal(0);
    const { terminal, serials } = await world.terminal(1);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '');
    early.capture({ type: 'pin', permitNumber: issue.permitNumber, action: 'set', by: 'op-77', at: world.clock.now });
    expect(await pushed(early, 1)).toEqual([[1, 'PERMIT_UNKNOWN']]);
    expect(world.rows('select * from pin_events')).toEqual([]);
    await world.restart(early, terminal);
    terminal.capture(issue);
    expect(await pushed(terminal, 1)).toEqual([]);
    expect(world.rows('select origin_terminal as t, action from pin_events')).toEqual([{ t: early.id, action: 'set' }]);
    expect(await pushed(early, 1)).toEqual([]);
    expect(world.rows('select count(*) as n from pin_events')).toEqual([{ n: 1 }]);
  });
});

it('the card access number lies in the boxed capture, and nowhere else', async () => {
  const { terminal, serials } = await world.terminal(1);
  terminal.capture({ ...terminal.issueRecord(person(1), serials[0] ?? ''), can: '493817' });
  expect(await pushed(terminal, 1)).toEqual([]);
  const [capture] = world.rows<{ person_key: Uint8Array; box: Uint8Array }>('select person_key, box from captures');
  if (capture === undefined) throw new Error('no capture');
  expect(opened('captures', captureKey(new Uint8Array(capture.person_key), { terminal: terminal.id, epoch: 1, seq: 1 }), capture.box).get('can')).toBe('493817');
  const columns = world.rows<{ name: string }>("select t.name || '.' || c.name as name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'").map(({ name }) => name);
  expect(columns.length).toBeGreaterThan(100);
  for (const column of columns) {
    const [table, name] = column.split('.');
    expect([column, world.rows(`select 1 from "${table}" where instr(cast("${name}" as text), '493817') > 0`)]).toEqual([column, []]);
  }
});

it('a check says by which right the holder was read, and a return whether the chip was ended', async () => {
  const { terminal, serials } = await world.terminal(2);
  const issue = terminal.issueRecord(person(1), serials[0] ?? '');
  terminal.capture(issue);
  for (const access of ['inspect', 'kiosk'] as const) terminal.capture({ type: 'verification', result: 'valid', reason: 'ok', mode: 'counter', access, by: 'op-77', at: 1 });
  terminal.capture({ type: 'verification', result: 'valid', reason: 'ok', mode: 'counter', at: 1 });
  const returned = { type: 'card-return', serial: serials[0] ?? '', by: 'op-77' } as const;
  terminal.capture({ ...returned, reason: 'seized', at: world.clock.now + 1 });
  terminal.capture({ ...returned, reason: 'cancelled', terminated: true, at: world.clock.now + 2 });
  expect(await pushed(terminal, 1)).toEqual([]);
  expect(world.rows('select access from verifications order by origin_seq')).toEqual([{ access: 'inspect' }, { access: 'kiosk' }, { access: null }]);
  const history = await permitHistory(world.platform, issue.permitNumber);
  expect(history.ok ? history.value.events.map(({ type, terminated }) => [type, terminated]) : history).toEqual([
    ['issue', undefined],
    ['card-return', false],
    ['card-return', true],
  ]);
});

it('a check says why in clear, who and where in a box; a look at one says who looked, in a box', async () => {
  const { terminal } = await world.terminal(0);
  const check = { type: 'verification', permitNumber: '330302202610000429', result: 'valid', reason: 'ok', mode: 'police', at: 5 } as const;
  terminal.capture({ ...check, purpose: 'suspect', place: '火车站北广场', by: 'officer-7' });
  terminal.capture(check);
  terminal.capture({ type: 'check-viewed', permitNumber: '330302202610000429', checkedAt: 5, by: 'officer-7', at: 9 });
  terminal.capture({ type: 'check-viewed', checkedAt: 6, at: 9 });
  expect([await pushed(terminal, 1), await pushed(terminal, 1)]).toEqual([[], []]);
  const checks = world.rows<{ purpose: string | null; box: Uint8Array | null }>('select purpose, box from verifications order by origin_seq');
  expect(checks.map(({ purpose, box }) => [purpose, box === null])).toEqual([['suspect', false], [null, true]]);
  const key = (seq: number): Uint8Array => originKey({ terminal: terminal.id, epoch: 1, seq });
  const told = opened('verifications', key(1), checks[0]?.box ?? new Uint8Array());
  expect([told.get('by'), told.get('place')]).toEqual(['officer-7', '火车站北广场']);
  const views = world.rows<{ box: Uint8Array }>('select permit_number as n, checked_at as checked, at, box from check_views order by origin_seq');
  expect(views).toMatchObject([{ n: '330302202610000429', checked: 5, at: 9 }, { n: null, checked: 6, at: 9 }]);
  expect(views.map(({ box }, i) => opened('check_views', key(3 + i), box).get('by'))).toEqual(['officer-7', undefined]);
  for (const table of ['verifications', 'check_views']) for (const text of ['officer-7', '火车站']) expect(world.rows(`select 1 from ${table} where instr(cast(box as text), '${text}') > 0`)).toEqual([]);
});
