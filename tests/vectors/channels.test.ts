import { describe, expect, it } from 'vitest';
import {
  CardSession,
  accessPurpose,
  chipAuthenticate,
  chipSessionKeys,
  chipToken,
  deriveKeySet,
  ephemeralKey,
  introduce,
  parseInitializeUpdate,
  PermitApplication,
  Personalisation,
  Scp03Session,
  SecureMessaging,
  terminalAuthenticate,
  type AccessCredentials,
  type SecureChannel,
} from '../../src/card/index.js';
import { receive } from '../../src/emulator/apdu.js';
import { authenticate } from '../../src/emulator/chip-authentication.js';
import { Scp03Channel } from '../../src/emulator/scp03.js';
import { SecureMessagingChannel } from '../../src/emulator/secure-messaging.js';
import { decodeCommand, decodeResponse, encodeResponse } from '../../src/iso7816/index.js';
import { blankCard, channelOf } from './card-vectors.js';
import { scp03CardEnd, secureMessagingCardEnd, type CardEnd, type ExchangeVector } from './channel-vectors.js';
import { cvKeys, references } from './cvc-objects.js';
import { signDeterministic } from './ecdsa-rfc6979.js';
import { readVectors } from './read.js';
import type { AccessScenario } from './terminal-authentication-vectors.js';
import { bytes, hex, noon } from './shared.js';

interface Scp03File {
  readonly [field: string]: unknown;
  readonly master: string;
  readonly serial: string;
  readonly keys: Record<'enc' | 'mac' | 'dek', string>;
  readonly hostChallenge: string;
  readonly sequenceCounter: string;
  readonly cardChallenge: string;
  readonly cardCryptogram: string;
  readonly hostCryptogram: string;
  readonly initializeUpdate: { readonly command: string; readonly response: string };
  readonly externalAuthenticate: string;
  readonly exchanges: readonly ExchangeVector[];
}
interface ChipFile {
  readonly chip: { readonly privateKey: string; readonly point: string };
  readonly ephemeral: { readonly privateKey: string; readonly point: string };
  readonly sharedSecret: string;
  readonly nonce: string;
  readonly trustPoints: readonly string[];
  readonly compressedEphemeral: string;
  readonly encKey: string;
  readonly macKey: string;
  readonly token: string;
  readonly setAt: string;
  readonly generalAuthenticate: { readonly command: string; readonly response: string };
  readonly exchanges: readonly ExchangeVector[];
}

const terminalAnswers = (terminal: SecureChannel, exchanges: readonly ExchangeVector[]): void => {
  for (const { name, command, wrapped, answer, response } of exchanges) {
    expect([name, hex(terminal.wrap({ ...command, data: bytes(command.data) }))]).toEqual([name, wrapped]);
    const plain = terminal.unwrap(decodeResponse(bytes(response)));
    expect([name, hex(plain.data), plain.sw]).toEqual([name, answer.data, answer.sw]);
  }
};
const cardAnswers = (card: CardEnd, exchanges: readonly ExchangeVector[]): void => {
  for (const { name, command, wrapped, answer, response } of exchanges) {
    expect([name, hex(card.unwrap(receive(bytes(wrapped))!)!)]).toEqual([name, command.data]);
    expect([name, hex(encodeResponse(card.wrap(command.ins, { data: bytes(answer.data), sw: answer.sw })))]).toEqual([name, response]);
  }
};

describe('scp03.json', () => {
  const file = readVectors<Scp03File>('scp03.json');
  const keys = { enc: bytes(file.keys.enc), mac: bytes(file.keys.mac), dek: bytes(file.keys.dek) };

  it('the terminal derives, authenticates, wraps and unwraps as the file says', () => {
    const derived = deriveKeySet(bytes(file.master), bytes(file.serial));
    expect([derived.enc, derived.mac, derived.dek].map(hex)).toEqual([file.keys.enc, file.keys.mac, file.keys.dek]);
    const introduced = parseInitializeUpdate(decodeResponse(bytes(file.initializeUpdate.response)).data)!;
    const terminal = new Scp03Session(keys, bytes(file.hostChallenge), introduced);
    expect(terminal.cardCryptogramRight).toBe(true);
    expect(hex(terminal.externalAuthenticate(0x33))).toBe(file.externalAuthenticate);
    terminalAnswers(terminal, file.exchanges);
  });

  it('the card unwraps and wraps as the file says', () => {
    const card = new Scp03Channel(keys, bytes(file.hostChallenge), bytes(file.cardChallenge));
    expect([hex(card.cardCryptogram()), hex(card.hostCryptogram())]).toEqual([file.cardCryptogram, file.hostCryptogram]);
    expect(card.checkMac(receive(bytes(file.externalAuthenticate))!)).toBeDefined();
    cardAnswers(scp03CardEnd(card), file.exchanges);
  });

  it('a blank card answers INITIALIZE UPDATE and takes EXTERNAL AUTHENTICATE byte for byte', () => {
    const card = blankCard();
    card.powerUp();
    card.process(bytes('00a4040006f0575a52500100'));
    expect(hex(card.process(bytes(file.initializeUpdate.command))!)).toBe(file.initializeUpdate.response);
    expect(hex(card.process(bytes(file.externalAuthenticate))!)).toBe('9000');
  });
});

describe('chip-authentication.json', () => {
  const file = readVectors<ChipFile>('chip-authentication.json');

  it('the terminal proves the chip, and its secure messaging is that of the file', async () => {
    const answers = ['9000', file.generalAuthenticate.response];
    const sent: string[] = [];
    const session = new CardSession({
      atr: new Uint8Array(0),
      transmit: async (command) => {
        sent.push(hex(command));
        return bytes(answers.shift() ?? '6f00');
      },
    });
    expect(await chipAuthenticate(session, bytes(file.chip.point), ephemeralKey(bytes(file.ephemeral.privateKey)))).toEqual({
      proven: true,
      trustPoints: file.trustPoints,
      ephemeral: bytes(file.compressedEphemeral),
    });
    expect(sent).toEqual([file.setAt, file.generalAuthenticate.command]);
    const keys = chipSessionKeys(bytes(file.sharedSecret), bytes(file.nonce));
    expect([hex(keys.enc), hex(keys.mac), hex(chipToken(keys.mac, bytes(file.ephemeral.point)))]).toEqual([file.encKey, file.macKey, file.token]);
    terminalAnswers(new SecureMessaging(keys.enc, keys.mac), file.exchanges);
  });

  it('the card answers as the file says', () => {
    const { data } = decodeCommand(bytes(file.generalAuthenticate.command));
    const answered = authenticate(data!, bytes(file.chip.privateKey), bytes(file.nonce), file.trustPoints.map((reference) => new TextEncoder().encode(reference)))!;
    expect(`${hex(answered.response)}9000`).toBe(file.generalAuthenticate.response);
    cardAnswers(secureMessagingCardEnd(new SecureMessagingChannel(answered.keys)), file.exchanges);
  });
});

describe('personalisation.json', () => {
  type Name = 'cardAccess' | 'permit' | 'holder' | 'photo' | 'residence' | 'sod' | 'version';
  const file = readVectors<{ stream: string; files: Record<Name, string> }>('personalisation.json');
  const keys = deriveKeySet(bytes(readVectors<Scp03File>('scp03.json').master), bytes(readVectors<Scp03File>('scp03.json').serial));

  it('a blank card takes the stream, and every file reads back as it is in the file', async () => {
    const session = new CardSession(channelOf(blankCard()));
    await PermitApplication.select(session);
    const opened = await Personalisation.open(session, await introduce(session), keys);
    if (!opened.ok) throw new Error(opened.reason);
    const generated = await opened.personalisation.generate();
    await opened.personalisation.storeStream(bytes(file.stream), generated);
    await opened.personalisation.activate(bytes(file.stream));

    const application = await PermitApplication.select(session);
    expect(application?.selected.lifeCycle).toBe('activated');
    const proof = await chipAuthenticate(session, generated.chipKey);
    if (!proof.proven) throw new Error(proof.reason);
    expect(proof.trustPoints).toEqual([references.second]);
    const { chain, holderReference } = readVectors<{ granted: AccessScenario[] }>('terminal-authentication.json').granted[0]!;
    const credentials: AccessCredentials = {
      chain: chain.map(({ authorityReference, data }) => ({ authorityReference, data: bytes(data) })),
      holderReference,
      sign: (message) => signDeterministic(cvKeys.terminal.privateKey, message),
    };
    const { chipKey } = generated;
    expect(await terminalAuthenticate(session, { chipKey, ephemeral: proof.ephemeral }, credentials, { time: noon, purpose: accessPurpose.issue })).toEqual({ granted: true });
    const names = ['cardAccess', 'version', 'permit', 'holder', 'photo', 'residence', 'sod'] as const;
    const read = await application!.readFiles(...names);
    for (const name of names) expect([name, hex(read[name])]).toEqual([name, file.files[name]]);
  });
});
