import { describe, expect, it } from 'vitest';
import {
  CardError,
  changePin,
  checkCan,
  parseAccessLog,
  pinState,
  resetPin,
  setPin,
  signDigest,
  terminateCard,
  verifyPin,
  type CardSession,
} from '../../src/card/index.js';
import type { AccessSession, LogVector } from './access-vectors.js';
import type { ExchangeVector } from './channel-vectors.js';
import { readVectors } from './read.js';
import { bytes, hex } from './shared.js';
import { asTheFileSays, cardReads, sessionUnder, type VectorKeys } from './under-keys.js';

const file = readVectors<VectorKeys & { sessions: AccessSession[]; log: { records: LogVector[]; content: string }; malformedLogs: { name: string; content: string }[] }>('access.json');

/** The call of the terminal that an exchange is the trace of; undefined where a terminal never sends it. */
function callOf({ command, answer }: ExchangeVector, session: CardSession): Promise<unknown> | undefined {
  const data = bytes(command.data);
  switch (`${hex(Uint8Array.of(command.ins, command.p1, command.p2))}/${data.length}`) {
    case '200001/6':
      // A PIN that is none is not sent.
      return answer.sw === 0x6a80 ? undefined : verifyPin(session, data);
    case '200001/0':
      return pinState(session);
    case '240101/6':
      return setPin(session, data);
    case '240001/12':
      return changePin(session, data.slice(0, 6), data.slice(6));
    case '2c0301/0':
      return resetPin(session);
    case '200002/6':
      return checkCan(session, new TextDecoder().decode(data));
    case '880000/32':
      return signDigest(session, data).then(hex);
    case 'e60000/0':
      return terminateCard(session);
    case 'cb3fff/3':
      return session.send({ cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff, data, ne: session.answerCapacity }).then((got) => parseAccessLog(got.data.slice(4)));
    default:
      throw new Error(`an exchange that no test plays: ${command.ins}`);
  }
}

const refusedPin: Readonly<Record<number, unknown>> = {
  0x6983: { ok: false, reason: 'blocked', triesLeft: 0 },
  0x6984: { ok: false, reason: 'unset' },
  0x6985: { ok: false, reason: 'already-set' },
  0x6982: { ok: false, reason: 'not-entitled' },
};
function expectedOf({ command, answer: { data, sw } }: ExchangeVector): unknown {
  if (command.ins === 0xcb) return file.log.records.map(({ entry }) => entry);
  if (command.ins === 0x88) return sw === 0x9000 ? data : 'thrown';
  if (command.ins === 0xe6) return undefined;
  if (command.p2 === 2) return sw === 0x9000;
  if (command.ins === 0x20 && command.data === '') return sw === 0x9000 ? { verified: true } : { verified: false, pin: sw & 15 };
  if (sw === 0x9000) return { ok: true };
  return sw >> 4 === 0x63c ? { ok: false, reason: 'wrong', triesLeft: sw & 15 } : refusedPin[sw];
}

describe('access.json', () => {
  it.each(file.sessions.map((each) => [each.name, each] as const))('%s', async (_, { exchanges, ended }) => {
    expect(cardReads(file, exchanges)).toEqual(asTheFileSays(exchanges));
    const { session, sent } = sessionUnder(file, exchanges.map(({ response }) => response));
    let played = 0;
    for (const exchange of exchanges) {
      const call = callOf(exchange, session);
      if (call === undefined) continue;
      played += 1;
      const result = await call.catch((error: unknown) => {
        expect(error).toMatchObject({ name: CardError.name, code: 'CARD_STATUS', sw: exchange.answer.sw });
        return 'thrown';
      });
      expect([exchange.name, result]).toEqual([exchange.name, expectedOf(exchange)]);
      expect([exchange.name, session.secured]).toEqual([exchange.name, !(ended && exchange === exchanges.at(-1))]);
    }
    expect(sent).toEqual(exchanges.slice(0, played).map(({ wrapped }) => wrapped));
  });

  it('the log says what its records say, newest first', () => {
    expect(parseAccessLog(bytes(file.log.content))).toEqual(file.log.records.map(({ entry }) => entry));
    expect(parseAccessLog(new Uint8Array(0))).toEqual([]);
  });

  it.each(file.malformedLogs.map(({ name, content }) => [name, content] as const))('no log: %s', (_, content) => {
    expect(() => parseAccessLog(bytes(content))).toThrow(expect.objectContaining({ code: 'CARD_ANSWER_INVALID' }));
  });
});
