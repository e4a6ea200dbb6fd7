import { CardSession, type CardChannel } from '../../src/card/index.js';
import type { Outcome } from '../../src/contract/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import type { UpdateContext } from '../../src/workflows/index.js';
import { presentCard, type PresentCard } from '../../src/workflows/present-card.js';
import type { Opening } from '../../src/workflows/prove-rights.js';
import { CardInReader, MemoryTerminal } from './fixtures.js';

/** INS of the commands that tests look for in a log. */
export const ins = { activate: 0xe2, verify: 0x20, terminate: 0xe6, getData: 0xcb, putData: 0xdb, readBinary: 0xb0, externalAuthenticate: 0x82, verifyCertificate: 0x2a, generalAuthenticate: 0x86 } as const;

/** The card put into another reader, as it was when the image was taken. */
export const cardOf = (image: CardImage): CardInReader => new CardInReader(image);

/** Which APDU of the log the first with this INS is, 1 the very first. */
export function apduOf({ log }: CardInReader, wanted: number): number {
  const at = log.findIndex(({ command }) => command[1] === wanted);
  if (at < 0) throw new Error('no such APDU');
  return at + 1;
}

/** What a run without a fault takes of a card: every fault of a sweep strikes one of these. */
export interface Recorded {
  readonly apdus: number;
  readonly writes: number;
  readonly reader: CardInReader;
}

/** One untorn run on a copy of the card, by a terminal of its own. */
export async function recorded(image: CardImage, run: (ctx: UpdateContext) => Promise<Outcome<unknown>>, prepare: (reader: CardInReader, terminal: MemoryTerminal) => void = () => undefined): Promise<Recorded> {
  const reader = cardOf(image);
  const terminal = new MemoryTerminal();
  prepare(reader, terminal);
  const channel = reader.insert();
  const before = reader.card.writes;
  const outcome = await run(terminal.context(channel));
  if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.detail ?? ''}`);
  return { apdus: reader.log.length, writes: reader.card.writes - before, reader };
}

/** The card with the terminal's rights in force, for what no workflow does. */
export async function opened(terminal: MemoryTerminal, channel: CardChannel, opening: Opening): Promise<PresentCard> {
  const present = await presentCard(terminal.context(channel), new CardSession(channel), { opening: () => opening });
  if (!present.ok) throw new Error(`${present.code} ${present.detail ?? ''}`);
  return present.value;
}

/** The same card with another profile byte in its FCI: `82 01 pp` before `83` (permit-application.md 2). */
export const ofProfile = (channel: CardChannel, profile: number): CardChannel => ({
  ...channel,
  transmit: async (command) => {
    const answer = await channel.transmit(command);
    const at = command[1] === 0xa4 ? Buffer.from(answer).indexOf(Buffer.from('8201018301', 'hex')) : -1;
    return at < 0 ? answer : answer.map((byte, i) => (i === at + 2 ? profile : byte));
  },
});
