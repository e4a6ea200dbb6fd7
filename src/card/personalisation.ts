import { createHash, randomBytes } from 'node:crypto';
import { answerError, statusError } from './errors.js';
import { Scp03Session, parseInitializeUpdate, type InitializeUpdateAnswer } from './scp03.js';
import type { StaticKeys } from './scp03-kdf.js';
import type { CardSession } from './session.js';
import { equal, findTlv, parseTlv, type Tlv } from '../iso7816/index.js';

/** Plain bytes of one STORE DATA where extended length goes (personalisation.md 5). */
const blockSize = 1_024;
const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** INITIALIZE UPDATE as sent and answered. `challenge` is the host's, 8 bytes. */
export interface Introduction {
  readonly challenge: Uint8Array;
  readonly answer: InitializeUpdateAnswer;
}

/** The card's two public keys (65 bytes each) and how far the stream has come. */
export interface Generated {
  readonly chipKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly storedBytes: number;
  readonly nextBlock: number;
  readonly storedHash: Uint8Array;
}

export type Opened = { readonly ok: true; readonly personalisation: Personalisation } | { readonly ok: false; readonly reason: 'card-cryptogram' | 'refused'; readonly sw: number };

/** INITIALIZE UPDATE: asks a void card who it is. Throws CARD_STATUS when it will not say (an activated card never does). */
export async function introduce(session: CardSession, challenge: Uint8Array = randomBytes(8)): Promise<Introduction> {
  const { data, sw } = await session.send({ cla: 0x80, ins: 0x50, p1: 0x30, p2: 0x00, data: challenge, ne: 256 });
  if (sw !== 0x9000) throw statusError('INITIALIZE UPDATE', sw);
  const answer = parseInitializeUpdate(data);
  if (answer === undefined) throw answerError('INITIALIZE UPDATE');
  return { challenge, answer };
}

/**
 * A void card under SCP03 level 33. Whoever opens one closes it in `finally`. Each method throws CARD_STATUS for a refusal, CARD_SM_BROKEN for a wrong MAC,
 * CARD_ANSWER_INVALID for an answer that is not what personalisation.md says; the session is over then.
 */
export class Personalisation {
  readonly #session: CardSession;

  private constructor(session: CardSession) {
    this.#session = session;
  }

  /** EXTERNAL AUTHENTICATE, after the card's own cryptogram was found right. The static keys are used here and not kept. */
  static async open(session: CardSession, introduction: Introduction, keys: StaticKeys): Promise<Opened> {
    const scp03 = new Scp03Session(keys, introduction.challenge, introduction.answer);
    if (!scp03.cardCryptogramRight) {
      scp03.close();
      return { ok: false, reason: 'card-cryptogram', sw: 0x9000 };
    }
    try {
      const { sw, data } = await session.transmit(scp03.externalAuthenticate(0x33));
      if (sw !== 0x9000 || data.length > 0) {
        scp03.close();
        return { ok: false, reason: 'refused', sw };
      }
    } catch (error) {
      scp03.close();
      throw error;
    }
    session.secure(scp03);
    return { ok: true, personalisation: new Personalisation(session) };
  }

  /** GENERATE ASYMMETRIC KEY PAIR; idempotent while the card is void. */
  async generate(): Promise<Generated> {
    const { data } = await this.#command('GENERATE', 0x46, 0, 0);
    const list = parse('GENERATE', data);
    const points = list.filter((object) => object.tag === 0x7f49).map((object) => findTlv(object.children ?? parse('GENERATE', object.value), 0x86)?.value);
    const field = (tag: number, length: number): Uint8Array => {
      const value = list.find((object) => object.tag === tag)?.value;
      if (value?.length !== length) throw answerError('GENERATE');
      return value;
    };
    const [chipKey, signatureKey] = points;
    if (chipKey?.length !== 65 || signatureKey?.length !== 65 || points.length !== 2) throw answerError('GENERATE: keys');
    const stored = field(0xc0, 4);
    return {
      chipKey,
      signatureKey,
      storedBytes: new DataView(stored.buffer, stored.byteOffset).getUint32(0),
      nextBlock: field(0xc1, 1)[0] ?? 0,
      storedHash: field(0xc2, 32),
    };
  }

  /** STORE DATA of the whole stream, or of what is missing when the card holds a true prefix of it. `onBlock` gets bytes stored so far. */
  async storeStream(stream: Uint8Array, at: Generated, onBlock: (stored: number) => void = () => undefined): Promise<void> {
    const isPrefix = at.storedBytes <= stream.length && equal(at.storedHash, sha256(stream.slice(0, at.storedBytes)));
    const goOn = at.storedBytes > 0 && isPrefix;
    let offset = goOn ? at.storedBytes : 0;
    let block = goOn ? at.nextBlock : 0;
    const size = Math.min(blockSize, this.#session.commandCapacity);
    while (offset < stream.length) {
      const end = Math.min(offset + size, stream.length);
      await this.#command('STORE DATA', 0xe2, end === stream.length ? 0x80 : 0x00, block, stream.slice(offset, end));
      offset = end;
      block += 1;
      onBlock(offset);
    }
  }

  /** ACTIVATE. The card compares the hash with what it stored; from then on it is issued and knows SCP03 no more. */
  async activate(stream: Uint8Array): Promise<void> {
    const { data } = await this.#command('ACTIVATE', 0x44, 0, 0, sha256(stream));
    if (findTlv(parse('ACTIVATE', data), 0x8a)?.value[0] !== 0x05) throw answerError('ACTIVATE');
    this.close();
  }

  /** Ends SCP03 and wipes the session keys. */
  close(): void {
    this.#session.endSecure();
  }

  async #command(name: string, ins: number, p1: number, p2: number, data?: Uint8Array): Promise<{ data: Uint8Array }> {
    // Every answer carries an R-MAC, so every command has an Le.
    const answer = await this.#session.send({ cla: 0x80, ins, p1, p2, ne: 256, ...(data === undefined ? {} : { data }) });
    if (answer.sw !== 0x9000) throw statusError(name, answer.sw);
    return answer;
  }
}

function parse(command: string, data: Uint8Array): Tlv[] {
  try {
    return parseTlv(data);
  } catch (cause) {
    throw answerError(command, cause);
  }
}
