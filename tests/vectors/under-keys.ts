import { CardSession, SecureMessaging } from '../../src/card/index.js';
import { receive } from '../../src/emulator/apdu.js';
import { SecureMessagingChannel } from '../../src/emulator/secure-messaging.js';
import { encodeResponse } from '../../src/iso7816/index.js';
import { secureMessagingCardEnd, type ExchangeVector } from './channel-vectors.js';
import { bytes, hex } from './shared.js';

/** Session keys as a vector file names them. */
export interface VectorKeys {
  readonly encKey: string;
  readonly macKey: string;
}

/** The terminal's session under the keys, over a card that answers what is given; everything that went over the line. */
export function sessionUnder(file: VectorKeys, answers: readonly string[], extended = true): { readonly session: CardSession; readonly sent: string[] } {
  const left = [...answers];
  const sent: string[] = [];
  const session = new CardSession({
    atr: new Uint8Array(0),
    transmit: (command) => {
      sent.push(hex(command));
      return Promise.resolve(bytes(left.shift() ?? ''));
    },
  });
  if (extended) session.adopt({ extended, maxCommand: 1_152, maxResponse: 4_352 });
  session.secure(new SecureMessaging(bytes(file.encKey), bytes(file.macKey)));
  return { session, sent };
}

/** Plain data of each command and each protected answer, as the card's end makes them of the file: to be compared with the file's own. */
export function cardReads(file: VectorKeys, exchanges: readonly ExchangeVector[]): (readonly [data: string, response: string])[] {
  const card = secureMessagingCardEnd(new SecureMessagingChannel({ enc: bytes(file.encKey), mac: bytes(file.macKey) }));
  return exchanges.map(({ wrapped, command, answer }) => {
    const received = receive(bytes(wrapped));
    const data = received && card.unwrap(received);
    return [data === undefined ? 'not read' : hex(data), hex(encodeResponse(card.wrap(command.ins, { data: bytes(answer.data), sw: answer.sw })))];
  });
}
export const asTheFileSays = (exchanges: readonly ExchangeVector[]): (readonly [string, string])[] => exchanges.map(({ command, response }) => [command.data, response]);
