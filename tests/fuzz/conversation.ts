import {
  accessPurpose, CardError, CardSession, changePin, checkCan, chipAuthenticate, ChipChallenge, ephemeralKey, introduce, PermitApplication, Personalisation, pinState, putObject, readAccessLog,
  readEndorsement, readObject, readServices, readSlots, resetPin, setPin, signDigest, terminalAuthenticate, terminateCard, verifyPin, type CardChannel,
} from '../../src/card/index.js';
import { encodeTlv } from '../../src/iso7816/index.js';
import { passiveAuthentication } from '../../src/permit/index.js';
import { chip, sodClaims, stream, streamCounters } from '../vectors/card-fixture.js';
import { seedOf } from '../vectors/shared.js';
import { claim, credentialsFor, sign } from './access-chains.js';
import { staticKeys } from './invented-cards.js';
import { contextOf, credulous } from './permit-world.js';
import { holds } from './target.js';

const ephemeral = () => ephemeralKey(seedOf(0x21));
const pin = Uint8Array.from('271828', (digit) => digit.charCodeAt(0));
const nextPin = Uint8Array.from('314159', (digit) => digit.charCodeAt(0));
const department = 0x0102;

let signed: { readonly message: Uint8Array; readonly signature: Uint8Array } | undefined;
/** The signature under the challenge of an honest card is the same each time: made once. */
function signOnce(message: Uint8Array): Uint8Array {
  if (signed === undefined || Buffer.compare(signed.message, message) !== 0) signed = { message: message.slice(), signature: sign(message) };
  return signed.signature;
}

/** Selects, proves the chip and the terminal. Undefined where the card ends it. The signatures of what is read count as right. */
async function entered(session: CardSession): Promise<PermitApplication | undefined> {
  const first = PermitApplication.selectAhead(session, 'sod', 'permit', 'cardAccess');
  const application = await first.selected;
  if (application === undefined) return undefined;
  const { sod, permit } = first.ahead === undefined ? await application.readFiles('sod', 'permit', 'cardAccess') : await first.ahead.contents;
  // Tags that no card has, and more of them than a short APDU holds: in a chain, where the reader carries no other.
  await session.send({ cla: 0x00, ins: 0xcb, p1: 0x3f, p2: 0xff, data: encodeTlv(0x5c, new Uint8Array(300).fill(0xcf)), ne: 256 });
  const challenge = new ChipChallenge(session, undefined, ephemeral());
  const authentic = passiveAuthentication({ ...contextOf(credulous), files: { sod, permit } });
  const chipKey = authentic.ok ? authentic.sod.chipKey : sodClaims.chipKey;
  const proof = await challenge.prove(chipKey);
  if (!proof.proven) return undefined;
  const entry = await terminalAuthenticate(session, { chipKey, ephemeral: proof.ephemeral }, credentialsFor(proof.trustPoints, signOnce), claim);
  return entry.granted ? application : undefined;
}

function callersFault(error: unknown): void {
  if (!(error instanceof RangeError)) throw error;
}

/** One after the other, as long as the card goes on: a refusal that ends secure messaging ends the conversation. What the card says wrong in one step is met there. */
async function inTurn(session: CardSession, steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) {
    if (!session.secured) return;
    try {
      await step();
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
    }
  }
}

/** What a terminal of ours must not send without secure messaging, it does not send: no card is asked. */
async function refusedInPlain(session: CardSession, steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const { apdus } = session.traffic;
  for (const step of steps) {
    const thrown: unknown = await step().then(() => undefined, (error: unknown) => error);
    holds(thrown instanceof RangeError && session.traffic.apdus === apdus, 'without secure messaging nothing is sent');
  }
}

/** What a terminal does with an issued card, from SELECT to the written objects. */
export async function readAndWrite(channel: CardChannel): Promise<void> {
  const session = new CardSession(channel);
  try {
    const application = await entered(session);
    if (application === undefined) return;
    await inTurn(session, [
      () => application.readTogether('holder')?.contents ?? application.readFiles('holder'),
      () => application.readFilesWithStatus('photo', 'residence'),
      () => application.readFile('photo'),
      async () => {
        const { status } = await readObject(application, { file: 'residence' });
        // Too long for one short command once it is protected.
        await putObject(session, { file: 'residence' }, (status.counters.residence + 1) % 2 ** 32, stream.slice(0, 400));
      },
      async () => {
        const { status } = await readSlots(application, [department]);
        await putObject(session, { file: 'services', department }, (status.counters.services + 1) % 2 ** 32, stream.slice(0, 300));
      },
      () => readServices(application),
      () => readObject(application, { file: 'services', department }),
      () => readAccessLog(application),
      async () => {
        const { counters } = await application.chipStatus();
        await putObject(session, { file: 'endorsements' }, (counters.endorsements + 1) % 2 ** 32, stream.slice(0, 200));
      },
      () => readObject(application, { file: 'endorsements' }),
      async () => {
        await readEndorsement(session, 1);
        await new ChipChallenge(session, undefined, ephemeral()).drop();
      },
    ]);
  } finally {
    session.endSecure();
  }
}

/** What a counter does for the holder: PIN, the number on the body, a signature of the chip, and the end of the card. */
export async function serveHolder(channel: CardChannel): Promise<void> {
  const session = new CardSession(channel);
  try {
    const application = await entered(session);
    if (application === undefined) return;
    await inTurn(session, [
      () => application.chipStatus(),
      () => checkCan(session, '000000'),
      () => checkCan(session, streamCounters.can),
      () => setPin(session, pin),
      () => verifyPin(session, nextPin),
      () => verifyPin(session, pin.slice(1)),
      () => setPin(session, pin.slice(1)),
      () => changePin(session, pin, pin.slice(1)),
      () => checkCan(session, '12345').catch(callersFault),
      () => signDigest(session, pin).catch(callersFault),
      () => putObject(session, { file: 'services', department: 0xffff }, 1, pin).catch(callersFault),
      () => putObject(session, { file: 'services', department: 0x10000 }, 1, pin).catch(callersFault),
      () => putObject(session, { file: 'residence' }, 2 ** 32, pin).catch(callersFault),
      () => verifyPin(session, pin),
      () => pinState(session),
      () => signDigest(session, seedOf(0x23)),
      () => changePin(session, pin, nextPin),
      () => pinState(session),
      () => resetPin(session),
      () => terminateCard(session),
    ]);
    session.endSecure();
    await refusedInPlain(session, [
      () => checkCan(session, streamCounters.can), () => setPin(session, pin), () => verifyPin(session, pin), () => changePin(session, pin, nextPin), () => pinState(session), () => resetPin(session),
      () => signDigest(session, seedOf(0x23)), () => terminateCard(session), () => putObject(session, { file: 'residence' }, 1, pin),
      () => terminalAuthenticate(session, { chipKey: chip.point, ephemeral: seedOf(1) }, credentialsFor([], signOnce), claim),
    ]);
  } finally {
    session.endSecure();
  }
}

/** What a terminal does with a void card, from SELECT to ACTIVATE and the chip's proof. */
export async function personalise(channel: CardChannel): Promise<void> {
  const session = new CardSession(channel);
  try {
    if ((await PermitApplication.select(session)) === undefined) return;
    const opened = await Personalisation.open(session, await introduce(session, seedOf(0x22).slice(0, 8)), staticKeys);
    if (!opened.ok) return;
    await opened.personalisation.storeStream(stream, await opened.personalisation.generate());
    await opened.personalisation.activate(stream);
    await PermitApplication.select(session);
    const proof = await chipAuthenticate(session, chip.point, ephemeral());
    if (proof.proven) await terminalAuthenticate(session, { chipKey: chip.point, ephemeral: proof.ephemeral }, credentialsFor(proof.trustPoints, signOnce), { ...claim, purpose: accessPurpose.issue });
  } finally {
    session.endSecure();
  }
}
