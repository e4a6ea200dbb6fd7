import { CardError, ChannelError, type CardChannel } from '../../../src/card/index.js';
import { Scp03Channel } from '../../../src/emulator/scp03.js';
import { SecureMessagingChannel } from '../../../src/emulator/secure-messaging.js';
import { concat, encodeTlv, fromHex } from '../../../src/iso7816/index.js';
import { PayloadError } from '../../../src/permit/index.js';
import { personalise, readAndWrite, serveHolder } from '../conversation.js';
import { powered, vectorCards } from '../invented-cards.js';
import { mutateScript, readScript, writeScript, type Line } from '../script-shape.js';
import { Broken, type Target } from '../target.js';
import { mutateAnswer } from '../tlv-shape.js';

/** What a line replaces: the answer as it goes over the wire, or what secure messaging or SCP03 protects, by a chip that holds the right keys. */
const outer = 0;
const inner = 1;
/** Added: for this answer and all that follow. */
const fromHereOn = 2;
const removed = 8;

/** A scene: which conversation, whether the reader carries long APDUs, whether commands may follow one another. */
const scene = { personalise: 1, short: 2, oneByOne: 4, holder: 8 };
/** The longest of these conversations takes some hundred APDUs; a hostile card may draw it out, but not for ever. */
const mostApdus = 4_000;

interface Recorded {
  readonly kind: number;
  readonly at: number;
  readonly data: Uint8Array;
}

/** What is on: one conversation at a time, its lines, and how many answers were protected so far. */
let lines: readonly Line[] = [];
let protectedAnswers = 0;
let recording: Recorded[] | undefined;

const replacement = (kind: number, at: number): Line | undefined =>
  lines.find((line) => (line.kind & ~fromHereOn) === kind && ((line.kind & fromHereOn) === 0 ? line.at === at : line.at <= at));

const bytesOf = ({ data, sw }: { data: Uint8Array; sw: number }): Uint8Array => concat(data, Uint8Array.of(sw >> 8, sw & 255));

/** The answer before it is protected. */
function before(said: { data: Uint8Array; sw: number }): { data: Uint8Array; sw: number } {
  const at = protectedAnswers++;
  recording?.push({ kind: inner, at, data: bytesOf(said) });
  const data = replacement(inner, at)?.data;
  return data === undefined || data.length < 2 ? said : { data: data.slice(0, -2), sw: ((data.at(-2) ?? 0) << 8) | (data.at(-1) ?? 0) };
}

const secureMessaging = SecureMessagingChannel.prototype;
const scp03 = Scp03Channel.prototype;
const wrapSecured: SecureMessagingChannel['wrap'] = Reflect.get(secureMessaging, 'wrap');
const wrapScp03: Scp03Channel['wrap'] = Reflect.get(scp03, 'wrap');
secureMessaging.wrap = function (this: SecureMessagingChannel, ins, said) {
  return wrapSecured.call(this, ins, before(said));
};
scp03.wrap = function (this: Scp03Channel, said) {
  return wrapScp03.call(this, before(said));
};

function hostile(number: number): CardChannel {
  const card = powered((number & scene.personalise) === 0 ? vectorCards.issued : vectorCards.void);
  let apdus = 0;
  const answer = (command: Uint8Array): Uint8Array => {
    const at = apdus++;
    if (apdus > mostApdus) throw new Broken(`a conversation of more than ${mostApdus} APDUs`);
    if (replacement(removed, at) !== undefined) throw new ChannelError('CARD_REMOVED');
    const said = card.process(command) ?? new Uint8Array();
    recording?.push({ kind: outer, at, data: said });
    return replacement(outer, at)?.data ?? said;
  };
  let last: Promise<Uint8Array | undefined> = Promise.resolve(undefined);
  const channel: CardChannel = {
    atr: card.atr,
    extendedLength: (number & scene.short) === 0,
    transmit: async (command) => {
      const sent = Promise.resolve().then(() => answer(command));
      last = sent.catch(() => undefined);
      return sent;
    },
  };
  if ((number & scene.oneByOne) !== 0) return channel;
  const follow = async (command: Uint8Array): Promise<Uint8Array | undefined> => {
    const sent = last.then((said) => (said?.length === 2 && said[0] === 0x90) || said?.at(-2) === 0x90 ? answer(command) : undefined);
    last = sent.catch(() => undefined);
    return sent;
  };
  return { ...channel, follow };
}

const conversationOf = (number: number): ((channel: CardChannel) => Promise<void>) => {
  if ((number & scene.personalise) !== 0) return personalise;
  return (number & scene.holder) !== 0 ? serveHolder : readAndWrite;
};

async function converse(input: Uint8Array): Promise<void> {
  const script = readScript(input);
  ({ lines } = script);
  protectedAnswers = 0;
  const channel = hostile(script.scene);
  try {
    await conversationOf(script.scene)(channel);
  } catch (error) {
    if (!(error instanceof CardError || error instanceof ChannelError || error instanceof PayloadError)) throw error;
  }
}

/** Each answer of a real conversation as a line that replaces it by itself. */
async function recordedAnswers(number: number): Promise<Uint8Array[]> {
  recording = [];
  await converse(Uint8Array.of(number));
  const found = recording;
  recording = undefined;
  return found.map((line) => writeScript({ scene: number, lines: [line] }));
}

const fci = (tail: string): Uint8Array => fromHex(`6f${(tail.length / 2 + 8).toString(16).padStart(2, '0')}8406f0575a525001${tail}9000`);
const line = (kind: number, at: number, hex: string): Line => ({ kind, at, data: fromHex(hex) });
const scenes = [0, 1, 2, 3, 4, 6, scene.holder, scene.holder | scene.short];

/** What a hostile card may say that no recording holds: endless answers, lengths to wait for, buffers without end, a card that goes. */
const invented: readonly Line[] = [
  line(outer | fromHereOn, 1, '006101'), line(outer | fromHereOn, 0, '6100'), line(outer | fromHereOn, 3, 'ff61ff'), line(outer | fromHereOn, 2, '6c10'), line(inner | fromHereOn, 0, '006101'),
  line(inner | fromHereOn, 1, `${'ab'.repeat(200)}9000`), line(inner | fromHereOn, 0, '9000'), line(outer, 2, ''), line(outer, 1, '90'), line(outer, 0, '6285'), line(outer, 0, '6a82'), line(removed, 3, ''), line(removed, 0, ''), line(removed, 2, ''), line(outer, 2, '6a80'), line(outer, 2, '9000'), line(outer, 0, '6f00'), line(outer, 1, '6985'), line(inner, 3, '8a01019000'), line(inner, 4, '8a01019000'),
  { kind: outer, at: 1, data: new Uint8Array(65_000) },
  { kind: outer, at: 0, data: fci('8a01057f660c0204ffffffff0204ffffffffa50d80020100810101820100830103') },
  { kind: outer, at: 0, data: fci('8a01057f66080202010602020103a50d80020100810101820100830103') },
  { kind: outer, at: 0, data: fci('8a01037f660a02030100000203010003a50d80020100810101820100830103') },
];

/** Each step of what a counter does for the holder, answered with every kind of refusal. */
const refusals = ['63c7', '6983', '6984', '6a86', '6985', '6300', '9000'];
const refusedSteps: readonly Uint8Array[] = Array.from({ length: 24 }, (_, at) => refusals.map((sw) => writeScript({ scene: scene.holder, lines: [line(inner, at, sw)] }))).flat();
const tlv = (tag: number, hex: string): string => Buffer.from(encodeTlv(tag, fromHex(hex))).toString('hex');
const [count, ends] = [tlv(0x90, '00000001') + tlv(0x91, '00000000') + tlv(0x92, '00000002'), tlv(0x95, '03')];
const statusOf = (...parts: readonly string[]): string => tlv(0xc9, parts.join(''));
const day = tlv(0x93, '261124');
/** What the chip tells of itself, right and amiss: counters, date, slots, tries. */
const statuses: readonly string[] = [
  statusOf(count, day, tlv(0x94, '000100000001'), ends), statusOf(count, day, tlv(0x94, ''), tlv(0x95, 'ff')), statusOf(count, day, tlv(0x94, '000100000001000000000001'), ends), statusOf(count, day, tlv(0x94, 'ffff00000001'), ends),
  statusOf(count, day, tlv(0x94, '00'), ends), statusOf(count, day, tlv(0x94, ''), tlv(0x95, '04')), statusOf(count, day, tlv(0x94, ''), tlv(0x95, '')), statusOf(count, tlv(0x93, '261131'), tlv(0x94, ''), ends), statusOf(count, tlv(0x93, '2a1124'), tlv(0x94, ''), ends),
  statusOf(tlv(0x90, '01'), tlv(0x91, '00000000'), tlv(0x92, '00000000'), day, tlv(0x94, ''), ends), statusOf(count, day, tlv(0x94, '')), statusOf(count, day, tlv(0x94, ''), ends, ends), 'c903900500', 'c9029081',
  statusOf(count, day, tlv(0x94, Array.from({ length: 13 }, (_, i) => `00${(i + 16).toString(16)}00000001`).join('')), ends),
];
const slots = (n: number): string => tlv(0xc7, tlv(0x53, 'd284').repeat(n));
const logRecord = '000000022611241f6b050bc004434e542d3030303030313030303031';
const logs: readonly string[] = [tlv(0x53, logRecord), tlv(0x53, logRecord).repeat(2), tlv(0x53, ''), tlv(0x54, logRecord), '5301', tlv(0x53, logRecord.replace('1f', '3f')), tlv(0x53, `${logRecord}30`), tlv(0x53, `00000000${logRecord.slice(8)}`)].map((content) => tlv(0xca, content));
/** Answered from there on, until something asks for just that. The first answers under the channel are those of terminal authentication. */
const contentsAmiss: readonly Uint8Array[] = [
  ...statuses.flatMap((each) => [{ scene: scene.holder, lines: [line(inner, 7, `${each}9000`)] }, { scene: 0, lines: [line(inner | fromHereOn, 10, `${slots(1)}${each}9000`)] }]),
  // Services are read by offsets, and the status behind them: one slot, and one of another department, and more than the chip lists.
  ...[0, 1, 2, 13].flatMap((n) => [0, 1].map((which) => ({ scene: 0, lines: [line(inner, 13, `${tlv(0x53, 'd284').repeat(n)}9000`), line(inner, 14, `${statuses[which] ?? ''}9000`)] }))),
  ...[`${tlv(0xc7, '5300')}9000`, `${tlv(0xc7, '53')}9000`, `${tlv(0xc7, tlv(0x53, 'aa'.repeat(641)))}9000`, ...logs.map((each) => `${each}9000`)].map((answer) => ({ scene: 0, lines: [line(inner | fromHereOn, 10, answer)] })),
].map(writeScript);

/**
 * The terminal's code against a card whose answers are changed, in plain or under right keys: it ends with a value or one of the declared errors, after a bounded
 * number of APDUs.
 */
export const cardAnswers: Target = {
  seeds: [
    ...scenes.map((each) => Uint8Array.of(each)),
    ...(await recordedAnswers(0)),
    ...(await recordedAnswers(1)),
    ...(await recordedAnswers(2)),
    ...(await recordedAnswers(3)).slice(0, 12),
    ...(await recordedAnswers(scene.holder)),
    ...refusedSteps,
    ...contentsAmiss,
    ...invented.flatMap((each) => [0, 2, 1].map((number) => writeScript({ scene: number, lines: [each] }))),
  ],
  mutate: mutateScript(mutateAnswer, [outer, inner, outer | fromHereOn, inner | fromHereOn, inner, removed], 64, 16),
  run: converse,
  // A card of 32 KB, and up to thousands of APDUs with their promises.
  allowance: 32 * 1024 * 1024,
};
