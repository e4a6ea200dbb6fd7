import { describe, expect, it } from 'vitest';
import { ChannelError, putObject, type CardChannel } from '../../src/card/index.js';
import { failures, type Outcome } from '../../src/contract/index.js';
import { signSign1 } from '../../src/cose/index.js';
import { EmulatedCard, type CardFaults } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { encodeEndorsement, permitTyp } from '../../src/permit/index.js';
import { begunCards, changeResidence, endCard, issuePermit, readPermit, resumePermit, spoilCard, verifyPermit, type Issued } from '../../src/workflows/index.js';
import { CardInReader, type MemoryTerminal, applicant, blank, counter, jpegOf, noon, serialOf } from './fixtures.js';
import { move } from './issued-card.js';
import { apduOf, ins, ofProfile, opened } from './recorded.js';
import { cvcaReference } from './test-access.js';

const photo = jpegOf(2_000);
const code = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.code);
const answering = (answer: readonly number[]): CardChannel => ({ atr: new Uint8Array(), transmit: () => Promise.resolve(Uint8Array.from(answer)) });

async function issued(): Promise<{ terminal: MemoryTerminal; reader: CardInReader; value: Issued }> {
  const { terminal, reader } = counter();
  const outcome = await issuePermit(terminal.context(reader.insert()), applicant(), photo);
  if (!outcome.ok) throw new Error(outcome.code);
  return { terminal, reader, value: outcome.value };
}

describe('what is handed in', () => {
  it.each<readonly [string, unknown, Uint8Array, string, string]>([
    ['a missing and a superfluous field', { ...applicant(), name: undefined, nickname: 'x' }, photo, 'INPUT_INVALID', 'name'],
    ['a nested field', { ...applicant(), residence: { ...applicant().residence, division: '33' } }, photo, 'INPUT_INVALID', 'residence.division'],
    ['no object', 'x', photo, 'INPUT_INVALID', 'application'],
    ['a wrong check digit', { ...applicant(), idNumber: `${applicant().idNumber.slice(0, 17)}${applicant().idNumber.endsWith('1') ? '2' : '1'}` }, photo, 'ID_NUMBER_CHECK', 'idNumber'],
    ['an unknown division', { ...applicant(), residence: { ...applicant().residence, division: '999999001001' } }, photo, 'DIVISION_UNKNOWN', 'residence.division'],
    ['an impossible date', { ...applicant(), registeredOn: '2026-02-30' }, photo, 'DATE_IMPOSSIBLE', 'registeredOn'],
    ['a kind of the past', { ...applicant(), kind: 'temporary' }, photo, 'KIND_NOT_AVAILABLE', 'kind'],
    ['no JPEG', applicant(), new Uint8Array(2000), 'PHOTO_NOT_JPEG', 'photo'],
    ['a large photo', applicant(), jpegOf(10_241), 'PHOTO_TOO_LARGE', 'photo'],
  ])('%s is refused before the card is touched', async (_, application, jpeg, expected, detail) => {
    const { terminal, reader } = counter();
    const outcome = await issuePermit(terminal.context(reader.insert()), application, jpeg);
    expect(outcome).toMatchObject({ ok: false, code: expected });
    expect(outcome.ok ? '' : outcome.detail).toContain(detail);
    expect([reader.log.length, terminal.sequence, terminal.journal.size]).toEqual([0, 0, 0]);
  });
});

describe('a terminal that may not sign', () => {
  it.each<readonly [string, (terminal: MemoryTerminal) => void, string]>([
    ['a wrong clock', (t) => (t.clockTrusted = false), 'CLOCK_WRONG'],
    ['no trust list', (t) => (t.hasTrust = false), 'TRUST_MISSING'],
    ['a delegation that has run out', (t) => (t.delegationDays = [-10, -1]), 'DELEGATION_EXPIRED'],
    ['a delegation not yet in force', (t) => (t.delegationDays = [1, 10]), 'DELEGATION_EXPIRED'],
    ['a blocked delegation', (t) => (t.blocked = true), 'TERMINAL_BLOCKED'],
    ['no numbers', (t) => (t.numbersLeft = 0), 'NUMBERS_EXHAUSTED'],
    ['another area', (t) => (t.prefixes = ['330381']), 'SIGNER_NOT_ENTITLED'],
    ['a blank that was not allotted', (t) => t.keySets.clear(), 'KEY_SET_MISSING'],
    ['a wrong key', (t) => t.keySets.forEach((set) => set.mac.fill(1)), 'CARD_AUTHENTICATION'],
  ])('%s: nothing is written', async (_, spoil, expected) => {
    const { terminal, reader } = counter();
    spoil(terminal);
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(), photo))).toBe(expected);
    expect([terminal.records.length, terminal.journal.size, terminal.sequence]).toEqual([0, 0, 0]);
    expect(code(await verifyPermit(terminal.context(reader.insert())))).toMatch(/CARD_BLANK|CARD_VOID/);
  });

  it.each([1, 2] as const)('no card of profile 0 is issued or trusted, whoever signed it (environment %i)', async (environment) => {
    const blankCard = counter();
    const genuine = await issued();
    blankCard.terminal.environment = genuine.terminal.environment = environment;
    const old = (): ReturnType<MemoryTerminal['context']> => genuine.terminal.context(ofProfile(genuine.reader.insert(), 0));
    expect(code(await issuePermit(blankCard.terminal.context(ofProfile(blankCard.reader.insert(), 0)), applicant(), photo))).toBe('CARD_PROFILE');
    for (const work of [verifyPermit, readPermit, resumePermit, (ctx: ReturnType<typeof old>) => changeResidence(ctx, move), (ctx: ReturnType<typeof old>) => endCard(ctx, genuine.value.permitNumber)]) {
      expect(code(await work(old()))).toBe('CARD_PROFILE');
    }
    expect([blankCard.terminal.sequence, blankCard.terminal.journal.size, genuine.terminal.records.length]).toEqual([0, 0, 1]);
  });

  it('nor does a profile byte that was raised on the way pass: Version is digested', async () => {
    const { terminal, reader } = await issued();
    expect(await verifyPermit(terminal.context(ofProfile(reader.insert(), 2)))).toMatchObject({ ok: true, value: { verdict: { result: 'forged' } } });
  });

  it('a day of issue in the future', async () => {
    const { terminal, reader } = counter();
    expect(await issuePermit(terminal.context(reader.insert()), applicant(), photo, { issued: '2026-11-25' })).toMatchObject({ code: 'DATE_IMPOSSIBLE', detail: 'issued' });
  });

  it('still finishes what is signed already', async () => {
    const { terminal, reader } = counter();
    reader.card.faults = { tearAtApdu: { at: 6, when: 'after' } };
    await issuePermit(terminal.context(reader.insert()), applicant(), photo);
    terminal.delegationDays = [-10, -1];
    expect(await resumePermit(terminal.context(reader.insert()))).toMatchObject({ ok: true, value: { resumed: true } });
  });
});

describe('cards that are not for this', () => {
  it.each([
    ['another application', [0x6a, 0x82], 'CARD_NOT_PERMIT'],
    ['a card that knows no SELECT', [0x6d, 0x00], 'CARD_NOT_PERMIT'],
    ['nothing at all', [], 'CARD_ANSWER_INVALID'],
    ['noise', [1, 2, 3, 0x90, 0], 'CARD_ANSWER_INVALID'],
  ])('%s', async (_, answer, expected) => {
    const { terminal } = counter();
    const context = terminal.context(answering(answer));
    expect(code(await issuePermit(context, applicant(), photo))).toBe(expected);
    expect(code(await verifyPermit(context))).toBe(expected);
    expect(code(await readPermit(context))).toBe(expected);
    expect([terminal.records.length, terminal.sequence]).toEqual([0, 0]);
  });

  it('blank, void, issued, terminated', async () => {
    const { terminal, reader } = counter();
    expect(code(await verifyPermit(terminal.context(reader.insert())))).toBe('CARD_BLANK');
    expect(code(await resumePermit(terminal.context(reader.insert())))).toBe('CARD_BLANK');
    reader.card.faults = { tearAtApdu: { at: 6, when: 'before' } };
    await issuePermit(terminal.context(reader.insert()), applicant(), photo);
    expect(code(await verifyPermit(terminal.context(reader.insert())))).toBe('CARD_VOID');
    expect(code(await resumePermit(terminal.context(reader.insert())))).toBe('ok');
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(), photo))).toBe('CARD_ALREADY_ISSUED');
    expect(code(await resumePermit(terminal.context(reader.insert())))).toBe('CARD_ALREADY_ISSUED');
    const [record] = terminal.records;
    expect(code(await endCard(terminal.context(reader.insert()), record?.type === 'issue' ? record.permitNumber : ''))).toBe('ok');
    for (const work of [verifyPermit, readPermit, resumePermit, (ctx: ReturnType<MemoryTerminal['context']>) => issuePermit(ctx, applicant(), photo)]) {
      expect(code(await work(terminal.context(reader.insert())))).toBe('CARD_TERMINATED');
    }
  });

  it.each<readonly [string, CardFaults]>([
    ['in the middle of writing', { tearAtApdu: { at: 8, when: 'after' } }],
    ['at ACTIVATE, its answer lost', { tearAtApdu: { at: 9, when: 'after' } }],
  ])('the torn card of another application (%s)', async (_, faults) => {
    const { terminal, reader } = counter();
    reader.card.faults = faults;
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(1), photo))).toBe('CARD_REMOVED');
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(2), photo))).toBe('CARD_OTHER_APPLICATION');
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(1), jpegOf(2_001)))).toBe('CARD_OTHER_APPLICATION');
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(1), photo))).toBe('ok');
  });

  it('another blank while one is unfinished: for the same person never, for the next one yes', async () => {
    const { terminal, reader } = counter();
    terminal.allot(serialOf(2));
    const other = new CardInReader(blank(2));
    reader.card.faults = { tearAtApdu: { at: 6, when: 'after' } };
    await issuePermit(terminal.context(reader.insert()), applicant(1), photo);
    expect(code(await issuePermit(terminal.context(other.insert()), applicant(1), photo))).toBe('JOURNAL_BUSY');
    expect(code(await issuePermit(terminal.context(other.insert()), applicant(2), photo))).toBe('ok');
    expect([...terminal.journal.values()].map((entry) => entry.permitNumber.slice(11, 17))).toEqual(['000001']);
    expect(code(await resumePermit(terminal.context(reader.insert())))).toBe('ok');
  });

  it.each<[string, CardFaults]>([
    ['before its first file', { tearAtApdu: { at: 6, when: 'after' } }],
    ['when it was whole', { tearAtApdu: { at: 9, when: 'after' } }],
  ])('a card that is torn %s: each try is counted, also one that ends well', async (_, faults) => {
    const { terminal, reader } = counter();
    const tries = (): number[] => begunCards(terminal.context(reader.insert()).journal).map((card) => card.tries);
    for (const expected of [1, 2, 3]) {
      reader.card.faults = faults;
      expect(code(await issuePermit(terminal.context(reader.insert()), applicant(), photo))).toBe('CARD_REMOVED');
      expect(tries()).toEqual([expected]);
    }
    reader.card.faults = {};
    expect(code(await resumePermit(terminal.context(reader.insert())))).toBe('ok');
    expect(tries()).toEqual([]);
  });

  it('a spoiled card is accounted for and never written again', async () => {
    const { terminal, reader } = counter();
    reader.card.faults = { tearAtApdu: { at: 6, when: 'after' } };
    await issuePermit(terminal.context(reader.insert()), applicant(), photo);
    const serial = Buffer.from(serialOf(1)).toString('hex');
    expect(await spoilCard(terminal.context(reader.insert()), serial, 'chip damaged', 'W-017')).toEqual({ ok: true, value: 1 });
    expect(terminal.records).toMatchObject([{ type: 'spoiled', serial, reason: 'chip damaged', by: 'W-017' }]);
    expect(code(await issuePermit(terminal.context(reader.insert()), applicant(), photo))).toBe('KEY_SET_MISSING');
    expect(code(await spoilCard(terminal.context(reader.insert()), serial, 'again'))).toBe('KEY_SET_MISSING');
  });
});

describe('garbage from the card', () => {
  const kinds: readonly (readonly [string, (at: number) => CardFaults])[] = [
    ['short', (at) => ({ garbage: { at, kind: 'short' } })],
    ['long', (at) => ({ garbage: { at, kind: 'long' } })],
    ['empty', (at) => ({ garbage: { at, kind: 'empty' } })],
    ['a wrong status', (at) => ({ wrongStatus: { at, sw: 0x6f00 } })],
    ['no answer', (at) => ({ silent: { at } })],
    ['a flipped bit', (at) => ({ bitFlip: { at, bit: 11 } })],
  ];
  it.each(kinds)('%s at every APDU of an issue: a failure with its code, and finished when the card behaves again', async (_, fault) => {
    const untorn = await issued();
    const { length } = untorn.reader.log;
    for (let at = 1; at <= length; at += 1) {
      const { terminal, reader } = counter();
      reader.card.faults = fault(at);
      const first = await issuePermit(terminal.context(reader.insert()), applicant(), photo);
      if (!first.ok) expect(failures).toHaveProperty(first.code);
      reader.card.faults = {};
      if (terminal.records.length === 0) expect([at, code(await issuePermit(terminal.context(reader.insert()), applicant(), photo))]).toEqual([at, 'ok']);
      expect([at, terminal.records.length, terminal.sequence, terminal.journal.size]).toEqual([at, 1, 1, 0]);
    }
  });

  it.each(kinds)('%s at every APDU of a verification: never valid', async (_, fault) => {
    const { terminal, reader } = await issued();
    for (let at = 1; at <= 5; at += 1) {
      reader.card.faults = fault(at);
      const outcome = await verifyPermit(terminal.context(reader.insert()));
      expect([at, outcome.ok ? outcome.value.verdict.result : outcome.code]).not.toEqual([at, 'valid']);
    }
  });

  it('no flipped bit of any answer after SELECT passes as valid, but in the hint of trust points, which then opens nothing', { timeout: 120_000 }, async () => {
    const { terminal, reader } = await issued();
    const verify = async (faults: CardFaults): Promise<string> => {
      reader.card.faults = faults;
      const outcome = await verifyPermit(terminal.context(reader.insert()));
      return outcome.ok ? outcome.value.verdict.result : outcome.code;
    };
    expect(await verify({})).toBe('valid');
    const answers = reader.log.map(({ answer }) => answer ?? new Uint8Array(0));
    const authenticated = apduOf(reader, ins.generalAuthenticate);
    // 87 CHR at the end of 7C, before the status word; outside the chip's token (chip-authentication.md 1).
    const hint = Buffer.from(answers[authenticated - 1] ?? []).indexOf(cvcaReference);
    const inHint = (at: number, bit: number): boolean => at === authenticated && bit >= hint * 8 && bit < (hint + cvcaReference.length) * 8;
    let flips = 0;
    const verdicts = new Map<string, number>();
    for (const [i, answer] of answers.entries()) {
      const at = i + 1;
      if (at === 1) continue;
      for (let bit = at; bit < answer.length * 8; bit += at === 2 ? 7 : 1, flips += 1) {
        const bitFlip = { at, bit };
        const result = await verify({ bitFlip });
        if (!inHint(at, bit)) {
          expect([at, bit, result]).not.toEqual([at, bit, 'valid']);
          continue;
        }
        verdicts.set(result, (verdicts.get(result) ?? 0) + 1);
        reader.card.faults = { bitFlip };
        const read = await readPermit(terminal.context(reader.insert()));
        expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, closed: { code: 'ACCESS_REFUSED', detail: 'unknown-signer' } } });
        expect(read.ok && read.value.contents).toBeUndefined();
        reader.card.faults = { bitFlip };
        expect(await changeResidence(terminal.context(reader.insert()), move)).toEqual({ ok: false, code: 'ACCESS_REFUSED', detail: 'unknown-signer' });
        expect(terminal.updates.size).toBe(0);
      }
    }
    process.stdout.write(`flipped bits of a verification: ${flips}; of the hint: ${[...verdicts].map(([result, count]) => `${count} ${result}`).join(', ')}\n`);
    // Nobody's card is called a copy for what is outside the proof.
    expect([...verdicts.keys()]).toEqual(['valid']);
    expect([...verdicts.values()].reduce((sum, count) => sum + count)).toBe(cvcaReference.length * 8);
  });

  it('what is read back differs: the card is not handed out, and finished once it reads right', async () => {
    const { terminal, reader } = counter();
    reader.card.faults = { bitFlip: { at: 11, bit: 8 * 300 } };
    const outcome = await issuePermit(terminal.context(reader.insert()), applicant(), photo);
    expect(outcome).toEqual({ ok: false, code: 'READ_BACK_DIFFERS', detail: 'sod' });
    expect([terminal.records.length, terminal.journal.size]).toEqual([0, 1]);
    reader.card.faults = {};
    expect(code(await resumePermit(terminal.context(reader.insert())))).toBe('ok');
  });
});

describe('verdicts over the card', () => {
  const verdict = async (terminal: MemoryTerminal, channel: CardChannel): Promise<unknown> => {
    const outcome = await verifyPermit(terminal.context(channel));
    if (!outcome.ok) return outcome.code;
    const { result, lines } = outcome.value.verdict;
    return [result, lines.find((line) => line.result === result)?.reason];
  };

  it.each<readonly ['other-key' | 'refuses', string]>([
    ['other-key', 'chip-answer-wrong'],
    ['refuses', 'chip-refused'],
  ])('a clone (%s) is told, and shows nobody’s data', async (clone, reason) => {
    const { terminal, reader } = await issued();
    reader.card.faults = { clone };
    expect(await verdict(terminal, reader.insert())).toEqual(['cloned', reason]);
    const read = await readPermit(terminal.context(reader.insert()));
    expect(read.ok && read.value.contents === undefined).toBe(true);
  });

  it('a silent chip proves nothing; a card taken away is a failure', async () => {
    const { terminal, reader } = await issued();
    reader.card.faults = { silent: { at: 3 } };
    expect(await verdict(terminal, reader.insert())).toEqual(['undetermined', 'chip-silent']);
    reader.card.faults = { silent: { at: 1 } };
    expect(await verdict(terminal, reader.insert())).toBe('CARD_SILENT');
    reader.card.faults = { tearAtApdu: { at: 4, when: 'before' } };
    expect(await verdict(terminal, reader.insert())).toBe('CARD_REMOVED');
    const lost: CardChannel = { atr: new Uint8Array(), transmit: () => Promise.reject(new ChannelError('READER_PROCESS_DIED')) };
    expect(await verdict(terminal, lost)).toBe('READER_PROCESS_DIED');
  });

  it('status list and trust', async () => {
    const { terminal, reader, value } = await issued();
    const listed = [[1, 'revoked', 'listed-cancelled'], [2, 'suspended', 'listed-suspended'], [3, 'unconfirmed', 'not-confirmed']] as const;
    for (const [status, result, reason] of listed) {
      terminal.statuses.set(value.statusIndex, status);
      expect(await verdict(terminal, reader.insert())).toEqual([result, reason]);
    }
    terminal.statuses.clear();
    terminal.statusListIssuedAt = noon - 8 * 86_400;
    expect(await verdict(terminal, reader.insert())).toEqual(['undetermined', 'status-list-stale']);
    terminal.statusListIssuedAt = undefined;
    expect(await verdict(terminal, reader.insert())).toEqual(['undetermined', 'status-list-missing']);
    terminal.hasTrust = false;
    expect(await verdict(terminal, reader.insert())).toEqual(['undetermined', 'trust-list-missing']);
  });

  it('a signed counter that is not the chip’s is rolled back', async () => {
    const { terminal, reader, value } = await issued();
    const endorse = async (signed: number, chip: number): Promise<void> => {
      const { session, card } = await opened(terminal, reader.insert(), { right: 'endorse', purpose: 'endorsement' });
      const payload = encodeEndorsement({
        permitNumber: value.permitNumber, thumbprint: card.thumbprint, counter: signed, signedAt: noon,
        endorsedOn: '2026-11-24', goodUntil: '2027-11-24', authority: '鹿城区',
      });
      const object = signSign1({ typ: permitTyp.endorsement, payload, kcwt: terminal.kcwt(), seed: new Uint8Array(32).fill(3) }, nodeCrypto.ed25519);
      await putObject(session, { file: 'endorsements' }, chip, object);
    };
    await endorse(1, 1);
    const outcome = await verifyPermit(terminal.context(reader.insert()));
    expect(outcome).toMatchObject({ ok: true, value: { verdict: { result: 'valid' } } });
    if (outcome.ok) {
      process.stdout.write(`verdict of an endorsed card: ${outcome.value.traffic.apdus} APDUs, ${outcome.value.traffic.bytes} bytes\n`);
      expect([outcome.value.traffic.apdus <= 5, outcome.value.traffic.bytes <= 1600]).toEqual([true, true]);
    }
    await endorse(9, 2);
    expect(await verdict(terminal, reader.insert())).toEqual(['rolled-back', 'counter-differs-endorsement']);
  });

  it('a copy of every file on another chip is no permit', async () => {
    const { terminal, reader } = await issued();
    const copy = new EmulatedCard(reader.card.image());
    copy.faults = { clone: 'other-key' };
    const atr = copy.powerUp();
    const channel: CardChannel = { atr, transmit: (command) => Promise.resolve(copy.process(command) ?? new Uint8Array()) };
    expect(await verdict(terminal, channel)).toEqual(['cloned', 'chip-answer-wrong']);
  });
});
