import {
  CardSession, chipAuthenticate, ChipChallenge, ephemeralKey, introduce, PermitApplication, Personalisation, putObject, readEndorsement, readObject, type CardChannel,
} from '../../src/card/index.js';
import { encodeTlv } from '../../src/iso7816/index.js';
import { passiveAuthentication } from '../../src/permit/index.js';
import { chip, sodClaims, stream } from '../vectors/card-fixture.js';
import { seedOf } from '../vectors/shared.js';
import { staticKeys } from './invented-cards.js';
import { contextOf, credulous } from './permit-world.js';

const ephemeral = () => ephemeralKey(seedOf(0x21));

/** What a terminal does with an issued card, from SELECT to the written object; the signatures of what it reads count as right. */
export async function readAndWrite(channel: CardChannel): Promise<void> {
  const session = new CardSession(channel);
  try {
    const first = PermitApplication.selectAhead(session, 'sod', 'permit', 'cardAccess');
    const application = await first.selected;
    if (application === undefined) return;
    const { sod, permit } = first.ahead === undefined ? await application.readFiles('sod', 'permit', 'cardAccess') : await first.ahead.contents;
    // Tags that no card has, and more of them than a short APDU holds: in a chain, where the reader carries no other.
    await session.send({ cla: 0x00, ins: 0xcb, p1: 0x3f, p2: 0xff, data: encodeTlv(0x5c, new Uint8Array(300).fill(0xcf)), ne: 256 });
    const challenge = new ChipChallenge(session, undefined, ephemeral());
    const authentic = passiveAuthentication({ ...contextOf(credulous), files: { sod, permit } });
    const proof = await challenge.prove(authentic.ok ? authentic.sod.chipKey : sodClaims.chipKey);
    if (!proof.proven) return;
    await (application.readTogether('holder')?.contents ?? application.readFiles('holder'));
    await application.readFiles('photo', 'residence', 'services');
    await application.readFile('photo');
    await application.chipStatus();
    const { status } = await readObject(application, 'residence');
    const counter = (status.counters.residence + 1) % 2 ** 32;
    // Too long for one short command once it is protected.
    await putObject(session, 'residence', counter, stream.slice(0, 400));
    await readObject(application, 'endorsements');
    await readEndorsement(session, 1);
    await new ChipChallenge(session, undefined, ephemeral()).drop();
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
    await chipAuthenticate(session, chip.point, ephemeral());
  } finally {
    session.endSecure();
  }
}
