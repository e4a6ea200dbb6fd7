import { describe, expect, it } from 'vitest';
import { CardError, CardSession, SecureMessaging, putObject } from '../../src/card/index.js';
import type { EmulatedCard } from '../../src/emulator/index.js';
import { SecureMessagingChannel } from '../../src/emulator/secure-messaging.js';
import { decodeEndorsement, decodeResidence, decodeServiceSlot, parseSigned, permitTyp } from '../../src/permit/index.js';
import { blankCard } from './card-vectors.js';
import { secureMessagingCardEnd } from './channel-vectors.js';
import { readVectors } from './read.js';
import { bytes, hex } from './shared.js';
import type { UpdateVector } from './update-vectors.js';
import { receive } from '../../src/emulator/apdu.js';
import { encodeResponse } from '../../src/iso7816/index.js';

const file = readVectors<{ encKey: string; macKey: string; written: UpdateVector[]; refused: UpdateVector }>('card-updates.json');
const all = [...file.written, file.refused];
const decoders = {
  endorsements: (payload: Uint8Array): { counter: number } => decodeEndorsement(payload),
  residence: (payload: Uint8Array): { counter: number } => decodeResidence(payload),
  services: (payload: Uint8Array): { counter: number } => decodeServiceSlot(payload),
};
const typs = { endorsements: permitTyp.endorsement, residence: permitTyp.residence, services: permitTyp.serviceSlot };

/** A session under the keys of the file whose card answers from it; the whole conversation as it went over the line. */
function session(extended: boolean): { readonly session: CardSession; readonly sent: string[] } {
  const sent: string[] = [];
  const answers = all.flatMap(({ exchange, chain }) => [...(extended ? [] : chain.slice(1).map(() => '9000')), exchange.response]);
  const made = new CardSession({
    atr: new Uint8Array(0),
    transmit: (command) => {
      sent.push(hex(command));
      return Promise.resolve(bytes(answers.shift() ?? ''));
    },
  });
  if (extended) made.adopt({ extended, maxCommand: 1_152, maxResponse: 4_352 });
  made.secure(new SecureMessaging(bytes(file.encKey), bytes(file.macKey)));
  return { session: made, sent };
}

describe('card-updates.json', () => {
  it.each([
    ['extended', true],
    ['short, in chains', false],
  ])('the terminal writes them byte for byte (%s), and takes the refusal', async (_, extended) => {
    const { session: under, sent } = session(extended);
    for (const { target, counter, object } of file.written) await putObject(under, target, counter, bytes(object));
    const { target, counter, object } = file.refused;
    await expect(putObject(under, target, counter, bytes(object))).rejects.toMatchObject({ name: CardError.name, code: 'CARD_STATUS', sw: 0x6985 });
    expect(sent).toEqual(all.flatMap(({ exchange, chain }) => (extended ? [exchange.wrapped] : chain)));
    expect(under.secured).toBe(false);
    await expect(putObject(under, target, counter, bytes(object))).rejects.toThrow(RangeError);
  });

  it('the card reads each as it is meant, and answers as the file says', () => {
    const card = secureMessagingCardEnd(new SecureMessagingChannel({ enc: bytes(file.encKey), mac: bytes(file.macKey) }));
    for (const { exchange } of all) {
      const received = receive(bytes(exchange.wrapped));
      expect([exchange.name, hex((received && card.unwrap(received)) ?? new Uint8Array(0))]).toEqual([exchange.name, exchange.command.data]);
      expect(hex(encodeResponse(card.wrap(0xdb, { data: new Uint8Array(0), sw: exchange.answer.sw })))).toBe(exchange.response);
    }
  });

  it('every object is signed for its counter', () => {
    for (const { target, counter, object } of all) expect(decoders[target](parseSigned(bytes(object), typs[target]).payload)).toMatchObject({ counter });
  });

  it('a card without the channel takes no part of a chain for a whole, and no PUT DATA in plain', () => {
    const card: EmulatedCard = blankCard();
    card.powerUp();
    card.process(bytes('00a4040006f0575a52500100'));
    const [first] = file.written;
    for (const part of first?.chain.slice(0, -1) ?? []) expect(hex(card.process(bytes(part)) ?? new Uint8Array(0))).toBe('9000');
    expect(hex(card.process(bytes(first?.chain.at(-1) ?? '')) ?? new Uint8Array(0))).toBe('6882');
    expect(hex(card.process(bytes(`10db3fff02c600`)) ?? new Uint8Array(0))).toBe('6884');
  });
});
