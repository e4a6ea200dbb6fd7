import { putCard } from '../../src/cli/cards.js';
import { inventAdult, portraitOf } from '../../src/cli/invented/index.js';
import { observedChannel, type CardChannel } from '../../src/card/index.js';
import type { Outcome } from '../../src/contract/index.js';
import { readerName } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { addDays, addMonths, dateInChina } from '../../src/permit/index.js';
import { statusListUri, syncTerminal } from '../../src/service/index.js';
import { issuePermit, readPermit, renewEndorsement, type UpdateContext } from '../../src/workflows/index.js';
import { bare, besideFloor, type Exchange } from './contacts.js';
import { expected, type Counter } from './counter.js';
import { line, median, progress, type Line } from './lines.js';

const [warmUp, rounds] = [20, 60];

interface Contact {
  /** milliseconds from SELECT to the outcome */
  readonly ms: number;
  /** of them with no exchange under way: nobody but this process is worked for */
  readonly ownMs: number;
  /** processor time of this process, all of it: cryptography, parsing, the way to the reader process */
  readonly cpuMs: number;
  readonly exchanges: readonly Exchange[];
}

/** One flow on a card that is powered already, watched. */
const contact = async <T>(channel: CardChannel, flow: (channel: CardChannel) => Promise<Outcome<T>>): Promise<Contact> => {
  const exchanges: Exchange[] = [];
  let [underWay, idleSince, ownMs] = [0, performance.now(), 0];
  const began = idleSince;
  const flying = async <A>(answering: Promise<A>): Promise<A> => {
    if (underWay === 0) ownMs += performance.now() - idleSince;
    underWay += 1;
    try {
      return await answering;
    } finally {
      underWay -= 1;
      if (underWay === 0) idleSince = performance.now();
    }
  };
  const { atr, extendedLength } = channel;
  const timed: CardChannel = {
    atr,
    ...(extendedLength === undefined ? {} : { extendedLength }),
    transmit: (command) => flying(channel.transmit(command)),
    ...(channel.follow === undefined ? {} : { follow: (command) => flying(channel.follow?.(command) ?? Promise.resolve(undefined)) }),
  };
  const cpu = process.cpuUsage();
  expected(await flow(observedChannel(timed, ({ command, answer }) => exchanges.push({ command: command.length, answer: answer?.length ?? 0 }))));
  const used = process.cpuUsage(cpu);
  const ended = performance.now();
  return { ms: ended - began, ownMs: ownMs + ended - idleSince, cpuMs: (used.user + used.system) / 1_000, exchanges };
};

const bytesOf = ({ exchanges }: Contact): number => exchanges.reduce((sum, { command, answer }) => sum + command + answer, 0);

const contextOf = ({ terminal }: Counter, channel: CardChannel): UpdateContext => {
  const { trust, clock, access, outbox } = terminal;
  return { channel, trust, clock, access, crypto: nodeCrypto, outbox: { enqueue: () => 0 }, journal: outbox.journal, maxListAgeSeconds: 86_400, mode: 'counter' };
};

/** The card of the biggest photo read whole, again and again, in turn with the floor. */
const inspection = async (counter: Counter): Promise<Line[]> => {
  const { folder, terminal, blanks } = counter;
  expected(await syncTerminal(terminal));
  expected(await putCard(folder, blanks[0], 0, undefined, () => terminal.readers()));
  progress(`inspecting ${rounds} times through pcscd, in turn with the floor`);
  const contacts: Contact[] = [];
  const floors: number[] = [];
  await besideFloor(counter, async (card, nothing) => {
    for (let round = 0; round < warmUp + rounds; round += 1) {
      const measured = await contact(card, async (channel) => {
        const read = await readPermit(contextOf(counter, channel));
        if (!read.ok || read.value.contents === undefined) throw new Error('the card was not opened');
        return read;
      });
      const floor = await bare(nothing, measured.exchanges);
      if (round < warmUp) continue;
      contacts.push(measured);
      floors.push(floor);
    }
  });
  return [
    line('inspection-apdus', Math.max(...contacts.map(({ exchanges }) => exchanges.length)), 'APDU', { limit: { of: 'value', sign: '<=', bound: 16 } }),
    line('inspection-bytes', Math.max(...contacts.map(bytesOf)), 'B'),
    line('inspection-contact', median(contacts.map(({ ms }) => ms)), 'ms', { floor: median(floors) }),
    line('inspection-own-time', median(contacts.map(({ ownMs }) => ownMs)), 'ms'),
    line('inspection-own-cpu', median(contacts.map(({ cpuMs }) => cpuMs)), 'ms', { limit: { of: 'value', sign: '<=', bound: 40 } }),
  ];
};

/** A permit whose first year ends soon, endorsed once. */
const endorsement = async (counter: Counter): Promise<Line[]> => {
  const { folder, terminal, blanks } = counter;
  progress('endorsing');
  expected(await putCard(folder, blanks[2], 0, undefined, () => terminal.readers()));
  if ((await terminal.supervisor.waitForCard(5_000, readerName(0))) === undefined) throw new Error('no card seen');
  const issued = addDays(addMonths(dateInChina(terminal.clock.now()), -12), 10);
  const application = inventAdult({ seed: 66, onDate: issued, kind: 'residence' });
  const { outbox } = terminal;
  const { journal, keySets, numbers } = outbox;
  const card = await terminal.supervisor.connect(readerName(0));
  try {
    const context = { ...contextOf(counter, card), journal, keySets, numbers, statusListUri, outbox };
    expected(await syncTerminal(terminal, { years: [Number(issued.slice(0, 4))] }));
    expected(await issuePermit(context, application, portraitOf(application, issued), { issued }));
    expected(await syncTerminal(terminal));
    const measured = await contact(card, (channel) => renewEndorsement({ ...contextOf(counter, channel), outbox }, { by: 'bench' }));
    return [
      line('endorsement-apdus', measured.exchanges.length, 'APDU', { limit: { of: 'value', sign: '<=', bound: 14 } }),
      line('endorsement-bytes', bytesOf(measured), 'B'),
      line('endorsement-contact', measured.ms, 'ms'),
    ];
  } finally {
    await card.close();
  }
};

/** What needs the terminal's rights on the card: inspection with the largest photo, and the yearly endorsement. */
export const flows = async (counter: Counter): Promise<Line[]> => [...(await inspection(counter)), ...(await endorsement(counter))];
