import { createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { VpcdLink, type CardFaults } from '../../../src/emulator/index.js';
import { concat, fromHex } from '../../../src/iso7816/index.js';
import { readVectors } from '../../vectors/read.js';
import { powered, secretCards } from '../invented-cards.js';
import { mutateBytes, type Mutation } from '../mutation.js';
import { Random } from '../random.js';
import { holds, type Target } from '../target.js';

const frame = (body: Uint8Array): Uint8Array => concat(Uint8Array.of(body.length >> 8, body.length & 255), body);

/** Bodies of whole frames, as any reader of the protocol sees them; what is cut short is none. */
function bodiesOf(stream: Uint8Array): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= stream.length) {
    const length = ((stream[at] ?? 0) << 8) | (stream[at + 1] ?? 0);
    if (at + 2 + length > stream.length) break;
    bodies.push(stream.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return bodies;
}

/** The upper bits of the first byte: what goes wrong with the card meanwhile. */
function faultOf(input: Uint8Array): CardFaults {
  switch ((input[0] ?? 0) >> 5) {
    case 4:
      return { tearAtWrite: 2 };
    case 5:
      return { tearAtApdu: { at: 3, when: 'after' } };
    case 6:
      return { silent: { at: 4 } };
    case 7:
      return { delayMs: 1 };
    default:
      return {};
  }
}

/** What a card must have answered to these frames, asked one after another without any link. */
function expected(bodies: readonly Uint8Array[], faults: CardFaults): Uint8Array {
  const card = powered(secretCards[2]!);
  card.faults = faults;
  card.powerDown();
  const answers: Uint8Array[] = [];
  for (const body of bodies) {
    const control = body.length === 1 ? body[0] : undefined;
    if (control === 0) card.powerDown();
    else if (control === 1 || control === 2) card.powerUp();
    else if (control === 4) answers.push(frame(card.atr));
    const answer = body.length === 1 ? undefined : card.process(body);
    // The link takes the card out when it has no power and is asked.
    if (body.length !== 1 && answer === undefined && !card.powered) break;
    if (answer !== undefined) answers.push(frame(answer));
  }
  return concat(...answers);
}

/** The first byte is the seed of the chunks: one, two or many bytes at a time. */
function chunksOf(input: Uint8Array): Uint8Array[] {
  const random = new Random(input[0] ?? 0);
  const most = random.pick([1, 3, 40, 70_000]);
  const stream = input.slice(1);
  const chunks: Uint8Array[] = [];
  // Not more pieces than a socket has to be waited for.
  for (let at = 0; at < stream.length; ) {
    const end = chunks.length >= 24 ? stream.length : Math.min(stream.length, at + 1 + random.below(most));
    chunks.push(stream.slice(at, end));
    at = end;
  }
  return chunks;
}

let server: Promise<Server> | undefined;
let accepted: (socket: Socket) => void = () => undefined;
const listening = (): Promise<Server> =>
  (server ??= new Promise((resolve) => {
    const made = createServer({ noDelay: true }, (socket) => accepted(socket));
    made.unref();
    made.listen(0, '127.0.0.1', () => resolve(made));
  }));

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function run(input: Uint8Array): Promise<void> {
  const address = (await listening()).address();
  if (address === null || typeof address === 'string') throw new RangeError('no port');
  const peer = new Promise<Socket>((resolve) => (accepted = resolve));
  const card = powered(secretCards[2]!);
  card.powerDown();
  card.faults = faultOf(input);
  let saved = 0;
  const link = new VpcdLink(card, { port: address.port, save: () => void (saved += 1) });
  await link.connect();
  const socket = await peer;
  // A reader that goes while the card still answers: a reset of the connection, and no finding.
  const answers = buffer(socket).catch(() => undefined);
  for (const chunk of chunksOf(input)) {
    if (socket.writable) socket.write(chunk);
    await turn();
  }
  socket.end();
  const end = await link.closed;
  const got = await answers;
  socket.destroy();
  holds(!card.powered, 'a card that is out has no power');
  if (got === undefined || end !== 'reader-gone' || card.faults.delayMs !== undefined) return;
  holds(Buffer.compare(got, expected(bodiesOf(input.slice(1)), faultOf(input))) === 0, 'each frame has its answer, however it was cut');
  holds(saved <= 200, 'the memory is saved where it changed only');
}

const { blankCard } = readVectors<{ blankCard: readonly { command: string }[] }>('apdu.json');
const commands = blankCard.map(({ command }) => fromHex(command));
const introduction = fromHex('8050300008010203040506070800');
const session = [Uint8Array.of(1), Uint8Array.of(4), ...commands, commands[0]!, introduction, Uint8Array.of(2), commands[0]!, Uint8Array.of(0), Uint8Array.of(4)];
const stream = (bodies: readonly Uint8Array[], chunks: number): Uint8Array => concat(Uint8Array.of(chunks), ...bodies.map(frame));

/** Frames as frames (their lengths right), or the stream as bytes. */
const mutateFrames: Mutation = (input, other, random) => {
  if (random.oneIn(3)) return concat(input.subarray(0, 1), mutateBytes(input.subarray(1), other.subarray(1), random));
  const bodies = bodiesOf(input.subarray(1));
  const donors = bodiesOf(other.subarray(1));
  const at = random.below(bodies.length);
  const donor = donors[random.below(donors.length)] ?? new Uint8Array();
  switch (random.below(6)) {
    case 0:
      bodies.splice(at, 1);
      break;
    case 1:
      bodies.splice(at, 0, donor);
      break;
    case 2:
      bodies.splice(at, 0, Uint8Array.of(random.oneIn(2) ? random.pick([0, 1, 2, 4]) : random.below(256)));
      break;
    case 3:
      bodies.splice(at, 1, ...(bodies[at] === undefined ? [] : [mutateBytes(bodies[at], donor, random).slice(0, 2_000)]));
      break;
    case 4:
      bodies.push(...bodies.splice(at, 1), new Uint8Array());
      break;
    default:
      return stream(bodies, random.below(256));
  }
  return stream(bodies, input[0] ?? 0);
};

/** The framing of VpcdLink over a real socket, in chunks of any size. */
export const vpcdFrames: Target = {
  seeds: [
    ...[0, 1, 2, 3].map((chunks) => stream(session, chunks)),
    ...[4, 5, 6, 7].map((fault) => stream(session, fault << 5)),
    stream(commands, 3),
    stream([Uint8Array.of(1), new Uint8Array(), Uint8Array.of(9), new Uint8Array(2_000)], 1),
    concat(stream([Uint8Array.of(1)], 2), Uint8Array.of(0xff, 0xff), new Uint8Array(300)),
  ],
  mutate: mutateFrames,
  run,
};
