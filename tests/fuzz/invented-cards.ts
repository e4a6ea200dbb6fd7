import { createHash } from 'node:crypto';
import { buildStream, ephemeralKey, type StaticKeys } from '../../src/card/index.js';
import { blankImage, EmulatedCard, type CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { parseStream } from '../../src/emulator/stream.js';
import { chip, signatureKey, stream, streamCounters, streamFiles, trustPoint } from '../vectors/card-fixture.js';
import { certificateOf } from '../vectors/cvc-objects.js';

/** Bytes that stand nowhere else: found in an answer, they came from where they are kept. */
export const secretNamed = (name: string, length: number): Uint8Array => new Uint8Array(createHash('sha512').update(`fuzz ${name}`).digest().subarray(0, length));

export const serial = secretNamed('serial', 10);
export const staticKeys: StaticKeys = { enc: secretNamed('enc', 16), mac: secretNamed('mac', 16), dek: secretNamed('dek', 16) };
const secretChip = ephemeralKey(secretNamed('chip', 32));
const secretSigner = ephemeralKey(secretNamed('signer', 32));
/** The point of the chips whose private key is looked for in answers. */
export const secretChipPoint = secretChip.point;
export const chipSecrets = [secretNamed('chip', 32), secretNamed('signer', 32)];

type KeyPair = ReturnType<typeof ephemeralKey>;

function initialised(first: KeyPair, second: KeyPair): Uint8Array {
  const { nvm } = blankImage({ serial, keys: staticKeys });
  new Memory(nvm).initialise({ secret: first.privateKey, point: first.point }, { secret: second.privateKey, point: second.point });
  return nvm;
}

/** `then` does what befalls a card later. */
function issued(first: KeyPair, second: KeyPair, contents: Uint8Array, then: (memory: Memory) => void = () => undefined): Uint8Array {
  const nvm = initialised(first, second);
  const memory = new Memory(nvm);
  memory.appendBlock(0, contents, { lifeCycle: 'initialised', stored: contents.length, nextBlock: 1, last: true });
  const parsed = parseStream(contents);
  if (typeof parsed === 'number') throw new RangeError('the stream of the vectors is none');
  memory.activate(parsed);
  then(memory);
  return nvm;
}

const image = (nvm: Uint8Array): CardImage => ({ format: 2, nvm });

/** The card of the vectors, issued and before. */
export const vectorCards = { void: image(initialised(chip, signatureKey)), issued: image(issued(chip, signatureKey, stream)) };

const digitsNamed = (name: string): Uint8Array => secretNamed(name, 6).map((byte) => 0x30 + (byte % 10));
/** What the holder and the body of a card have, and what no chip ever says. */
export const holderDigits = { pin: digitsNamed('pin'), can: digitsNamed('can') };
const departments = { own: 0x0001, other: 0x0300 };
/** What rights open, by what it is; what is free holds something else. `services` is the slot of department 1, `otherServices` that of 0300. */
export const protectedContents = {
  holder: secretNamed('holder', 60), photo: secretNamed('photo', 64), residence: secretNamed('residence', 60), services: secretNamed('services', 60), otherServices: secretNamed('other services', 60),
};
const secretFiles = { ...streamFiles, holder: protectedContents.holder, photo: protectedContents.photo, residence: protectedContents.residence };
const secretCounters = { ...streamCounters, can: Buffer.from(holderDigits.can).toString('latin1') };
const secretStream = buildStream(secretFiles, { ...secretCounters, trustPoint });
/** A card of a year before: below the first CVCA, it learns of the second by a link. */
const olderStream = buildStream(secretFiles, { ...secretCounters, cardDate: '2025-11-24', trustPoint: certificateOf('first') });

function inUse(memory: Memory): void {
  memory.slots.put(departments.own, protectedContents.services, 1);
  memory.slots.put(departments.other, protectedContents.otherServices, 2);
  memory.holder.setPin(holderDigits.pin);
}

export const secretCards: readonly CardImage[] = [
  image(issued(secretChip, secretSigner, secretStream, inUse)),
  image(initialised(secretChip, secretSigner)),
  blankImage({ serial, keys: staticKeys }),
  image(issued(secretChip, secretSigner, secretStream, (memory) => memory.terminate())),
  // No PIN yet.
  image(issued(secretChip, secretSigner, olderStream)),
];

/** A powered card whose random numbers are no random numbers. */
export function powered(from: CardImage): EmulatedCard {
  let drawn = 0;
  const card = new EmulatedCard(from, { random: (length) => secretNamed(`random ${(drawn += 1)}`, length) });
  card.powerUp();
  return card;
}
