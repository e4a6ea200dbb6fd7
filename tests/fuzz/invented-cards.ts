import { createHash } from 'node:crypto';
import { buildStream, ephemeralKey, type StaticKeys } from '../../src/card/index.js';
import { blankImage, EmulatedCard, terminatedImage, type CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { parseStream } from '../../src/emulator/stream.js';
import { signatureKey, chip, streamCounters, stream, streamFiles } from '../vectors/card-fixture.js';

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

function issued(first: KeyPair, second: KeyPair, contents: Uint8Array): Uint8Array {
  const nvm = initialised(first, second);
  const memory = new Memory(nvm);
  memory.appendBlock(0, contents, { lifeCycle: 'initialised', stored: contents.length, nextBlock: 1, last: true });
  const parsed = parseStream(contents);
  if (typeof parsed === 'number') throw new RangeError('the stream of the vectors is none');
  memory.activate(parsed);
  return nvm;
}

const image = (nvm: Uint8Array): CardImage => ({ format: 1, nvm });

/** The card of the vectors, issued and before. */
export const vectorCards = { void: image(initialised(chip, signatureKey)), issued: image(issued(chip, signatureKey, stream)) };

/** Files under secure messaging hold what is looked for in plain answers; the others hold something else. */
export const protectedContents = { holder: secretNamed('holder', 60), photo: secretNamed('photo', 64), residence: secretNamed('residence', 60) };
const secretStream = buildStream({ ...streamFiles, ...protectedContents }, streamCounters);

export const secretCards: readonly CardImage[] = [
  image(issued(secretChip, secretSigner, secretStream)),
  image(initialised(secretChip, secretSigner)),
  blankImage({ serial, keys: staticKeys }),
  terminatedImage(image(issued(secretChip, secretSigner, secretStream))),
];

/** A powered card whose random numbers are no random numbers. */
export function powered(from: CardImage): EmulatedCard {
  let drawn = 0;
  const card = new EmulatedCard(from, { random: (length) => secretNamed(`random ${(drawn += 1)}`, length) });
  card.powerUp();
  return card;
}
