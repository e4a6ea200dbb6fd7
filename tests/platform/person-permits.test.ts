import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor, openSealed, parseSign1, sealTo, verifySign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { accessOfMode, addOperator, disableOperator, setTerminalAccess } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { secondsOf } from './life-story.js';
import { person, type TestTerminal } from './terminal.js';

const url = '/v1/persons/permits';
let world: World;
let terminal: TestTerminal;
let serials: string[];
beforeEach(async () => {
  world = await World.make();
  ({ terminal, serials } = await world.terminal(4));
  await setTerminalAccess(world.platform, terminal.id, accessOfMode.counter);
  for (const [id, role, area] of [['w1', 'operator', '3303'], ['o1', 'officer', '3303'], ['far', 'operator', '330381']] as const) await addOperator(world.platform, id, `测试${id}`, role, [area], '口令-测试-1234');
});
afterEach(() => world.close());

const nonce = new Uint8Array(randomBytes(16));
const question = (idNumber: string, by = 'w1', change: readonly (readonly [number, unknown])[] = []): Uint8Array =>
  sealTo(terminal.platformKey).seal(encodeCbor(new Map<number, unknown>([[1, idNumber], [2, by], [3, 'application'], [4, nonce], ...change])));
const refused = async (body: Uint8Array): Promise<string> => {
  const response = await terminal.post(body, url);
  return `${String(response.statusCode)} ${response.json<{ code: string }>().code}`;
};
/** As a terminal opens it by sync.md 5.3. */
const told = async (idNumber: string): Promise<Map<number, unknown>[]> => {
  const response = await terminal.post(question(idNumber), url);
  expect(response.statusCode).toBe(200);
  const signed = parseSign1(new Uint8Array(response.rawPayload));
  expect([signed.typ, verifySign1(signed, world.platform.keys.platform.publicKey, nodeCrypto.ed25519)]).toEqual(['wz-person', true]);
  const map = decodeCbor(signed.payload) as Map<number, unknown>;
  expect([map.get(1), map.get(3)]).toEqual([nonce, world.clock.now]);
  return decodeCbor(openSealed(terminal.box.secretKey, map.get(2) as Uint8Array) ?? new Uint8Array()) as Map<number, unknown>[];
};
const looks = () => world.rows<{ terminal_id: string; purpose: string; permits: number; at: number; box: Uint8Array; look_id: Uint8Array }>('select * from person_looks order by rowid');

describe('sync.md 5.3: the permits of a person', () => {
  it('tells number, state, dates, division, masked name and birth; newest first', async () => {
    const first = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture(first);
    world.clock.now += 60;
    const second = terminal.issueRecord(person(1), serials[1] ?? '');
    terminal.capture(second);
    terminal.capture(terminal.issueRecord(person(2), serials[2] ?? ''));
    await terminal.push(1, 3);
    const { idNumber } = person(1);
    const permits = await told(idNumber.toLowerCase());
    expect(permits.map((permit) => permit.get(1))).toEqual([second.permitNumber, first.permitNumber]);
    expect([...(permits[0] ?? [])].slice(1)).toEqual([[2, 'made'], [3, 1], [4, '2026-11-24'], [5, null], [6, null], [7, second.application.residence.division], [8, '测***'], [9, second.application.birth]]);
    expect(Buffer.from(encodeCbor(permits)).includes(Buffer.from(person(1).name))).toBe(false);
  });

  it('a holder who moved lives where the newest change says', async () => {
    world.clock.now = secondsOf('2026-11-24');
    const made = terminal.issueRecord(person(1), serials[0] ?? '', { chip: 10 });
    const issued = { ...made, application: { ...made.application, residence: { ...made.application.residence, division: '330302006001' } }, issuedAt: world.clock.now };
    terminal.capture(issued);
    expect((await terminal.push(1, 1)).statusCode).toBe(200);
    expect((await told(person(1).idNumber))[0]?.get(7)).toBe('330302006001');
    const at = world.clock.now + 60;
    terminal.capture({ type: 'hand-over', permitNumber: issued.permitNumber, serial: serials[0] ?? '', receivedBy: 'holder', oldCard: 'none', by: 'w1', at });
    terminal.capture({ type: 'residence-change', permitNumber: issued.permitNumber, object: terminal.residence(issued.permitNumber, '虚构新路8号', '2026-11-24', 10), changedOn: '2026-11-24', late: false, by: 'w1', at: at + 1 });
    await terminal.push(2, 3);
    const [permit] = await told(person(1).idNumber);
    expect([permit?.get(2), permit?.get(7)]).toEqual(['active', '330302001001']);
  });

  it('tells of nobody else, and of nothing where there is nothing', async () => {
    terminal.capture(terminal.issueRecord(person(1), serials[0] ?? ''));
    await terminal.push(1, 1);
    expect(await told(person(3).idNumber)).toEqual([]);
  });

  it('keeps who asked before it answers, boxed, also where there is nothing; a question sent twice is one', async () => {
    await told(person(3).idNumber);
    await told(person(3).idNumber);
    const [look, ...more] = looks();
    expect([look?.terminal_id, look?.purpose, look?.permits, look?.at, more]).toEqual([terminal.id, 'application', 0, world.clock.now, []]);
    if (look === undefined) throw new Error('no look');
    expect(decodeCbor(world.platform.boxes.open('person_looks', new Uint8Array(look.look_id), new Uint8Array(look.box)))).toEqual(new Map([['by', 'w1']]));
    const needles = [person(3).idNumber, 'w1'];
    for (const row of world.rows('select hex(person_key) as k, hex(box) as b, purpose from person_looks')) for (const needle of needles) expect(JSON.stringify(row)).not.toContain(Buffer.from(needle).toString('hex').toUpperCase());
  });

  it('is refused for what is not sealed, malformed or no ID number, and no look is kept', async () => {
    const plain = encodeCbor(new Map<number, unknown>([[1, person(1).idNumber], [2, 'w1'], [3, 'application'], [4, nonce]]));
    for (const body of [plain, new Uint8Array(), question('330302199001010014'), question(person(1).idNumber, 'w1', [[3, 'curiosity']]), question(person(1).idNumber, 'w1', [[4, nonce.slice(8)]]), question(person(1).idNumber, 'w1', [[5, 1]])]) {
      expect(await refused(body)).toBe('400 INPUT_INVALID');
    }
    expect(looks()).toEqual([]);
  });

  it('is for operators of this counter alone, at a terminal that is one', async () => {
    const { idNumber } = person(1);
    for (const by of ['o1', 'nobody', '']) expect(await refused(question(idNumber, by))).toBe('403 ROLE_REQUIRED');
    await disableOperator(world.platform, 'w1');
    expect(await refused(question(idNumber))).toBe('403 ROLE_REQUIRED');
    await setTerminalAccess(world.platform, terminal.id, accessOfMode.police);
    expect(await refused(question(idNumber, 'far'))).toBe('409 ACCESS_RIGHT_MISSING');
    expect(looks()).toEqual([]);
  });

  it('needs the signature of the terminal', async () => {
    const response = await world.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/cbor' }, payload: Buffer.from(question(person(1).idNumber)) });
    expect(response.statusCode).toBe(401);
  });
});
