import {
  CardSession,
  PermitApplication,
  Personalisation,
  accessPurpose,
  buildStream,
  cardAccessFor,
  chipAuthenticate,
  deriveKeySet,
  introduce,
  terminalAuthenticate,
  type AccessCredentials,
  type CardChannel,
  type Generated,
  type StreamCounters,
  type StreamFiles,
  type TerminalAuthentication,
} from '../../src/card/index.js';
import { EmulatedCard, blankImage } from '../../src/emulator/index.js';
import { parseTlv, toHex } from '../../src/iso7816/index.js';
import { signP256 } from '../../src/node-crypto/index.js';
import { authorityObject, certificateOf, cvKeys, references } from '../vectors/cvc-objects.js';

const master = new Uint8Array(16).fill(7);
const serial = Uint8Array.from({ length: 10 }, (_, i) => i);
export const keys = deriveKeySet(master, serial);
export const staticSerial = serial;

/** What the tests put onto a card: contents without meaning, as long as real ones. */
export const contents: StreamFiles = {
  cardAccess: cardAccessFor(references.second),
  permit: new Uint8Array(90).fill(1),
  holder: new Uint8Array(300).fill(2),
  photo: new Uint8Array(10_261).fill(3),
  residence: new Uint8Array(500).fill(4),
  sod: new Uint8Array(900).fill(5),
};
export const first: StreamCounters = {
  residence: 1,
  endorsements: 0,
  services: 0,
  cardDate: '2026-11-24',
  can: '205713',
  trustPoint: certificateOf('second', { authority: authorityObject(references.second) }, 'second'),
};
export const stream = buildStream(contents, first);

const inside = (certificate: Uint8Array): Uint8Array => parseTlv(certificate)[0]?.value ?? new Uint8Array(0);
/** A terminal with every right, and the slots of departments 1 and 0203. */
export const credentials: AccessCredentials = {
  chain: [
    { authorityReference: references.second, data: inside(certificateOf('verifier')) },
    { authorityReference: references.verifier, data: inside(certificateOf('terminal')) },
  ],
  holderReference: references.terminal,
  sign: (message) => signP256(cvKeys.terminal.privateKey, message),
};

/** A blank card, its channel, and the instruction bytes that crossed it. */
export function blankCard(extendedLength = true): { card: EmulatedCard; channel: () => CardChannel; instructions: string[] } {
  const card = new EmulatedCard(blankImage({ serial, keys }));
  const instructions: string[] = [];
  const channel = (): CardChannel => ({
    atr: card.powerUp(),
    extendedLength,
    transmit: (command) => {
      instructions.push(toHex(command.slice(0, 4)));
      return Promise.resolve(card.process(command) ?? new Uint8Array());
    },
  });
  return { card, channel, instructions };
}

export async function opened(channel: CardChannel): Promise<{ session: CardSession; personalisation: Personalisation; generated: Generated }> {
  const session = new CardSession(channel);
  await PermitApplication.select(session);
  const result = await Personalisation.open(session, await introduce(session), keys);
  if (!result.ok) throw new Error(result.reason);
  return { session, personalisation: result.personalisation, generated: await result.personalisation.generate() };
}

export interface IssuedCard {
  readonly card: EmulatedCard;
  readonly channel: () => CardChannel;
  readonly chipKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly instructions: string[];
}

export async function issuedCard(extendedLength = true): Promise<IssuedCard> {
  const { card, channel, instructions } = blankCard(extendedLength);
  const { personalisation, generated } = await opened(channel());
  await personalisation.storeStream(stream, generated);
  await personalisation.activate(stream);
  return { card, channel, chipKey: generated.chipKey, signatureKey: generated.signatureKey, instructions };
}

/** SELECT, chip authentication and terminal authentication; what the card said to the last. */
export async function entered(
  issued: Pick<IssuedCard, 'channel' | 'chipKey'>,
  who: AccessCredentials = credentials,
): Promise<{ session: CardSession; application: PermitApplication; answer: TerminalAuthentication }> {
  const session = new CardSession(issued.channel());
  const application = await PermitApplication.select(session);
  const proof = await chipAuthenticate(session, issued.chipKey);
  if (application === undefined || !proof.proven) throw new Error('not the card');
  const answer = await terminalAuthenticate(session, { chipKey: issued.chipKey, ephemeral: proof.ephemeral }, who, { time: 1_795_492_800, purpose: accessPurpose.reading });
  return { session, application, answer };
}
