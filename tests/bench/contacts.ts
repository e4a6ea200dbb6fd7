import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CardChannel } from '../../src/card/index.js';
import { ATR, readerName } from '../../src/emulator/index.js';
import { spawnInside, type Keeper } from '../../src/emulator/namespaces.js';
import type { Counter } from './counter.js';
import { apart } from './processors.js';

/** What a contact of a flow is measured against: the same exchanges with a card that does nothing, in the other slot of the same reader. */
const responder = fileURLToPath(new URL('./responder-process.js', import.meta.url));
const firstPort = 0x8c7b;

export interface Exchange {
  readonly command: number;
  readonly answer: number;
}
/** The same lengths to the responder; P1-P2 say how long its answer is to be. */
export const bare = async (channel: CardChannel, exchanges: readonly Exchange[]): Promise<number> => {
  const commands = exchanges.map(({ command, answer }) => Uint8Array.from({ length: command }, (_, at) => [0, 0xca, answer >> 8, answer & 0xff][at] ?? 0));
  const began = performance.now();
  for (const [at, command] of commands.entries()) {
    const answer = await channel.transmit(command);
    if (answer.length !== exchanges[at]?.answer) throw new Error('the responder answers with another length');
  }
  return performance.now() - began;
};

interface VirtualReader {
  readonly keeper: Keeper;
  readonly pcscd: { readonly pid: number };
  readonly cards: readonly { readonly process: { readonly pid: number } }[];
}
const virtualReader = ({ folder }: Counter): VirtualReader => JSON.parse(readFileSync(join(folder.reader, 'reader.json'), 'utf8')) as VirtualReader;

interface Responder {
  readonly pid: number | undefined;
  remove(): Promise<void>;
}

const insertResponder = async (counter: Counter): Promise<Responder> => {
  const { terminal } = counter;
  const { keeper } = virtualReader(counter);
  const child = spawnInside(keeper, 'network', [process.execPath, responder], ['pipe', 'ignore', 'ignore']);
  child.stdin?.end(JSON.stringify({ port: firstPort + 1, atr: [...ATR] }));
  if ((await terminal.supervisor.waitForCard(5_000, readerName(1))) === undefined) throw new Error('the responder is not seen');
  const remove = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  return { pid: child.pid, remove };
};

/** The card in slot 0 and, in slot 1, the one that does nothing, both connected, with the far side on the other processor. */
export const besideFloor = async <T>(counter: Counter, measure: (card: CardChannel, nothing: CardChannel) => Promise<T>): Promise<T> => {
  const { terminal } = counter;
  const responder = await insertResponder(counter);
  let together: (() => void) | undefined;
  try {
    if ((await terminal.supervisor.waitForCard(5_000, readerName(0))) === undefined) throw new Error('no card seen');
    const [card, nothing] = [await terminal.supervisor.connect(readerName(0)), await terminal.supervisor.connect(readerName(1))];
    const { pcscd, cards } = virtualReader(counter);
    together = apart([terminal.supervisor.pid, pcscd.pid, responder.pid, ...cards.map(({ process: { pid } }) => pid)]);
    const measured = await measure(card, nothing);
    await card.close();
    await nothing.close();
    return measured;
  } finally {
    together?.();
    await responder.remove();
  }
};
