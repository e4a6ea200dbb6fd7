import { beforeAll, describe, expect, it } from 'vitest';
import { accessPurpose, readAccessLog } from '../../src/card/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { p256KeyPair, signP256 } from '../../src/node-crypto/index.js';
import { CardInReader, MemoryTerminal } from '../workflows/fixtures.js';
import { terminalReference } from '../workflows/test-access.js';
import { apdu } from '../emulator/mini-terminal.js';
import { Handshake, auxiliaryOf, between, chipOpen, credentials, hall, openWith, raw, reading, status, type ChipOpen } from './bench.js';

/**
 * Somebody without a key makes an honest terminal sign for him: he carries challenges and signatures from one conversation to another.
 *
 * | the signature is | is refused by the card as |
 * |---|---|
 * | of an older challenge, of another card, of another channel, of another claim | 6300 |
 * | asked for out of turn, or a second time | 6985 |
 * | for a session that has ended | 6882 |
 */
let images: readonly CardImage[];
beforeAll(async () => void (images = (await hall(2)).cards.map(({ reader }) => reader.card.image())));
const terminal = new MemoryTerminal();
const held = credentials(terminal);
const claimed = auxiliaryOf(accessPurpose.reading);

interface Conversation {
  readonly reader: CardInReader;
  readonly open: ChipOpen;
  readonly hands: Handshake;
}
/** As far as the certificates: the card waits for the claim. */
const begun = async (n: 0 | 1 = 0): Promise<Conversation> => {
  const reader = new CardInReader(images[n]!);
  const open = await chipOpen(reader.insert());
  const hands = new Handshake(open, held);
  expect(await hands.certificates()).toBe('9000');
  return { reader, open, hands };
};
const challenged = async (n: 0 | 1 = 0): Promise<Conversation & { readonly challenge: Uint8Array }> => {
  const conversation = await begun(n);
  expect(await conversation.hands.claim(claimed)).toBe('9000');
  return { ...conversation, challenge: await conversation.hands.challenge() };
};

it('the honest terminal on its own channel is let in', async () => {
  const { hands, challenge, open } = await challenged();
  expect(await hands.answer(hands.signed(challenge, claimed))).toBe('9000');
  expect((await readAccessLog(open.application))[0]).toMatchObject({ holderReference: terminalReference, purpose: accessPurpose.reading });
});

describe('a signature', () => {
  it('over the challenge of another session with the same card', async () => {
    const old = await challenged();
    const now = await challenged();
    expect(await now.hands.answer(now.hands.signed(old.challenge, claimed))).toBe('6300');
  });

  it('that was right in another session, played back', async () => {
    const old = await challenged();
    const signature = old.hands.signed(old.challenge, claimed);
    expect(await old.hands.answer(signature)).toBe('9000');
    expect(await (await challenged()).hands.answer(signature)).toBe('6300');
  });

  it('of the terminal for another card, relayed with this card’s challenge', async () => {
    const [victim, honest] = [await challenged(0), await challenged(1)];
    // The honest terminal speaks with card B; the relay hands it the challenge of card A.
    expect(await victim.hands.answer(honest.hands.signed(victim.challenge, claimed))).toBe('6300');
  });

  it('of the terminal for this card on its own channel, while the relay holds another channel', async () => {
    const [relay, honest] = [await challenged(), await challenged()];
    expect(await relay.hands.answer(relay.hands.signed(relay.challenge, claimed, { chipKey: relay.open.chip.chipKey, ephemeral: honest.open.chip.ephemeral }))).toBe('6300');
  });

  it.each([
    ['the purpose', auxiliaryOf(accessPurpose.selfService)],
    ['the time', auxiliaryOf(accessPurpose.reading, 1_600_000_000)],
  ])('with %s altered on the way to the card', async (_, altered) => {
    const { hands } = await begun();
    expect(await hands.claim(altered)).toBe('9000');
    expect(await hands.answer(hands.signed(await hands.challenge(), claimed))).toBe('6300');
  });

  it('of a key that is not the certificate’s', async () => {
    const { hands, challenge, open } = await challenged();
    const stranger = new Handshake(open, { ...held, sign: (message) => signP256(p256KeyPair(new Uint8Array(32).fill(9)).privateKey, message) });
    expect(await hands.answer(stranger.signed(challenge, claimed))).toBe('6300');
  });

  it('with any bit flipped', async () => {
    for (let bit = 1; bit < 512; bit += 23) {
      const { hands, challenge } = await challenged();
      const signature = hands.signed(challenge, claimed);
      signature[bit >> 3]! ^= 0x80 >> (bit & 7);
      expect([bit, await hands.answer(signature)]).toEqual([bit, '6300']);
    }
  });
});

describe('out of turn', () => {
  it('a challenge is used once, also by a failure', async () => {
    const { reader, hands, challenge } = await challenged();
    const right = hands.signed(challenge, claimed);
    expect(await hands.answer(new Uint8Array(64).fill(1))).toBe('6300');
    // The failure has ended the channel; the right signature comes too late, in whatever form.
    expect(raw(reader, apdu('0C820000', right))).toBe('6882');
    expect(raw(reader, apdu('00820000', right))).toBe('6982');
  });

  it('a second authentication in one session', async () => {
    for (const step of ['certificates', 'claim', 'answer'] as const) {
      const { hands, challenge } = await challenged();
      const signature = hands.signed(challenge, claimed);
      expect(await hands.answer(signature)).toBe('9000');
      expect(await (step === 'certificates' ? hands.certificates() : step === 'claim' ? hands.claim(claimed) : hands.answer(signature))).toBe('6985');
    }
  });

  it('a challenge without a claim, an answer without a challenge, another command between them', async () => {
    expect(await status((await begun()).open.session, [0x84, 0, 0], undefined, 8)).toBe('6985');
    expect(await (await begun()).hands.answer(new Uint8Array(64))).toBe('6985');
    const other = await challenged();
    expect(await status(other.open.session, [0xcb, 0x3f, 0xff], Uint8Array.of(0x5c, 1, 0xc9), 200)).toBe('9000');
    expect(await other.hands.answer(other.hands.signed(other.challenge, claimed))).toBe('6985');
    const claimedOnly = await begun();
    expect(await claimedOnly.hands.claim(claimed)).toBe('9000');
    expect(await status(claimedOnly.open.session, [0xcb, 0x3f, 0xff], Uint8Array.of(0x5c, 1, 0xc9), 200)).toBe('9000');
    expect(await status(claimedOnly.open.session, [0x84, 0, 0], undefined, 8)).toBe('6985');
  });

  it('a claim without the object that is logged', async () => {
    expect(await (await begun()).hands.claim(new Uint8Array(0))).toBe('6a80');
  });

  it.each([
    ['MSE:SET DST', '002281B6'],
    ['PSO:VERIFY CERTIFICATE', '002A00BE'],
    ['MSE:SET AT', '002281A4'],
    ['GET CHALLENGE', '00840000'],
    ['EXTERNAL AUTHENTICATE', '00820000'],
  ])('%s in plain, without a chip that proved itself', (_, header) => {
    const reader = new CardInReader(images[0]!);
    reader.insert();
    raw(reader, apdu('00A40400', new Uint8Array(Buffer.from('F0575A525001', 'hex')), 256));
    expect(raw(reader, apdu(header, new Uint8Array(64), 256))).toBe('6982');
  });

  it('challenges do not repeat', async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 40; n += 1) seen.add(Buffer.from((await challenged()).challenge).toString('hex'));
    expect([seen.size, [...seen].every((each) => each.length === 16)]).toEqual([40, true]);
  });
});

it('what remains: a whole conversation carried to a card far away is a conversation with that card, and its log says so', async () => {
  const far = new CardInReader(images[0]!);
  let carried = 0;
  const relay = between(far.insert(), { command: (command) => { carried += 1; return command; } });
  expect(await reading(terminal, relay)).toBe('valid, shows the holder');
  expect(carried).toBeGreaterThan(10);
  const { application } = await openWith(terminal, far.insert(), ['manage']);
  expect((await readAccessLog(application))[1]).toMatchObject({ holderReference: terminalReference, purpose: accessPurpose.reading });
});
