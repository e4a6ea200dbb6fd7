import { createHash } from 'node:crypto';
import { blankImage, type CardImage, EmulatedCard } from '../../src/emulator/index.js';
import { authenticateTerminal, certificate, cvca, type RightName, terminal } from './mini-cvc.js';
import { apdu, chipAuthenticate, hex, type Keys, reply, Scp03, SELECT, type Send, type Sm, tlv, untlv, valueOf } from './mini-terminal.js';

export const keys: Keys = { enc: Buffer.alloc(16, 1), mac: Buffer.alloc(16, 2), dek: Buffer.alloc(16, 3) };
export const serial = hex('57 5A 00 00 00 00 00 00 00 2A');
export const blank = (): CardImage => blankImage({ serial, keys });

/** Bytes that repeat nowhere, the same in every run. */
export const bytes = (length: number, seed: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash('sha256').update(`${seed}/${i}`).digest())).subarray(0, length);

export const contents = {
  cardAccess: Buffer.concat([
    hex('060A04007F00070202030202 80010C 840101 060A04007F00070202020203'), tlv(0x83, Buffer.from(cvca.chr, 'latin1')),
  ]),
  permit: bytes(180, 2),
  holder: bytes(300, 3),
  photo: bytes(10_280, 4),
  residence: bytes(600, 5),
  sod: bytes(1100, 8),
};

export type Contents = typeof contents;
const file = (fid: string, content: Uint8Array): Buffer => tlv(0x70, tlv(0x51, hex(fid)), tlv(0x53, content));
export const can = Buffer.from('493817');
const cvcaCertificate = tlv(0x7f21, certificate(cvca, cvca.pair));
/** The objects of CE in their order, by name (personalisation.md 4). */
export const lastParts = {
  residence: tlv(0x90, hex('00000001')), endorsements: tlv(0x91, hex('00000000')), services: tlv(0x92, hex('00000005')), date: tlv(0x93, hex('261124')),
  can: tlv(0x97, can), cvca: cvcaCertificate,
};
export const lastObject = (changes: Partial<Record<keyof typeof lastParts, Buffer>> = {}): Buffer => tlv(0xce, ...Object.values({ ...lastParts, ...changes }));

export const streamOf = (c: Contents, tail: Uint8Array = lastObject()): Buffer =>
  Buffer.concat([
    file('011C', c.cardAccess), file('0102', c.permit), file('0103', c.holder), file('0104', c.photo), file('0105', c.residence), file('0108', c.sod), tail,
  ]);

export const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** Sends to the card; a card that does not answer throws. */
export class Torn extends Error {}
export const sender = (card: EmulatedCard): Send => (command) => {
  const answer = card.process(command);
  if (answer === undefined) throw new Torn('no answer');
  return answer;
};

/** Runs `work` until power fails; true when it did. */
export function torn(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof Torn) return true;
    throw error;
  }
}

/** Personalises a card from wherever it stands, by the resume rule of personalisation.md 3. Answers the chip's points. */
export function personalise(send: Send, stream: Buffer, blockSize = 1024): { points: Buffer[]; apdus: number } {
  let apdus = 0;
  const counted: Send = (command) => {
    apdus++;
    return send(command);
  };
  if (reply(counted(SELECT)).sw !== 0x9000) throw new Error('SELECT');
  const scp = new Scp03(counted);
  if (scp.open(keys) !== 0x9000) throw new Error('SCP03');
  const generated = expectOk(scp.command('84460000', Buffer.alloc(0)));
  const points = untlv(generated).filter(({ tag }) => tag === 0x7f49).map(({ value }) => valueOf(value, 0x86));
  const stored = valueOf(generated, 0xc0).readUInt32BE(0);
  const fits = stored > 0 && sha256(stream.subarray(0, stored)).equals(valueOf(generated, 0xc2));
  let at = fits ? stored : 0;
  let number = fits ? valueOf(generated, 0xc1).readUInt8(0) : 0;
  while (at < stream.length) {
    const part = stream.subarray(at, at + blockSize);
    at += part.length;
    expectOk(scp.command(`84E2${at === stream.length ? '80' : '00'}${(number++).toString(16).padStart(2, '0')}`, part, 256));
  }
  const activated = expectOk(scp.command('84440000', sha256(stream)));
  if (activated.toString('hex') !== '8a0105') throw new Error('ACTIVATE');
  return { points, apdus };
}

export function expectOk(answer: { data: Buffer; sw: number }): Buffer {
  if (answer.sw !== 0x9000) throw new Error(`status ${answer.sw.toString(16)}`);
  return answer.data;
}

export interface IssuedCard {
  readonly card: EmulatedCard;
  readonly send: Send;
  readonly points: Buffer[];
}

let made: { readonly image: CardImage; readonly points: Buffer[] } | undefined;

/** One card of the house, personalised once; each call puts a copy into a reader and selects the application. */
export function issued(from?: CardImage): IssuedCard {
  made ??= (() => {
    const card = new EmulatedCard(blank());
    card.powerUp();
    const { points } = personalise(sender(card), streamOf(contents));
    return { image: card.image(), points };
  })();
  const card = new EmulatedCard(from ?? made.image);
  card.powerUp();
  const send = sender(card);
  send(SELECT);
  return { card, send, points: made.points };
}

/** Selects again and opens a channel: a new session. */
export function channel({ send, points }: IssuedCard): Sm {
  send(SELECT);
  const sm = chipAuthenticate(send, points[0]!);
  if (typeof sm === 'number') throw new Error(`chip authentication ${sm.toString(16)}`);
  return sm;
}

/** A new session of a terminal with these rights. */
export function session(on: IssuedCard, rights: readonly RightName[], departments?: readonly number[]): Sm {
  const sm = channel(on);
  authenticateTerminal(sm, terminal(rights, departments));
  return sm;
}

export const pin = Buffer.from('271828');
/** An issued card whose holder has set the PIN. */
export function withPin(): IssuedCard {
  const on = issued();
  expectOk(session(on, ['manage']).command('00240101', pin));
  return on;
}

export const getData = (...tags: number[]): Buffer => tlv(0x5c, Buffer.from(tags));
export const sw = (send: Send, command: Uint8Array): string => reply(send(command)).sw.toString(16).padStart(4, '0');
export { apdu, reply, SELECT };
