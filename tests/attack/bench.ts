import {
  CardSession, PermitApplication, accessAuxiliary, accessMessage, accessPurpose, chipAuthenticate, terminalAuthenticate, terminalAuthenticationOid,
  type AccessCredentials, type AccessPurpose, type AuthenticatedChip, type CardChannel,
} from '../../src/card/index.js';
import type { AccessRight, Outcome } from '../../src/contract/index.js';
import { encodeTlv } from '../../src/iso7816/index.js';
import { decodeSod, parseSigned, permitTyp } from '../../src/permit/index.js';
import { changeResidence, issuePermit, readPermit, renewEndorsement, verifyPermit, writeService, type Issued } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, applicant, blank, jpegOf, serialOf } from '../workflows/fixtures.js';
import { TestAccess } from '../workflows/test-access.js';

/** The attacker's bench: a card in a reader, every byte of the conversation in the attacker's hands, and the names by which attacks are refused. */
export const photo = jpegOf(1_500);
const second = '2025-12-10';

/** A hall with `n` cards of as many people, made on a day that leaves their endorsement due. */
export async function hall(n = 1): Promise<{ readonly terminal: MemoryTerminal; readonly cards: readonly { readonly reader: CardInReader; readonly value: Issued }[] }> {
  const terminal = new MemoryTerminal();
  const cards: { reader: CardInReader; value: Issued }[] = [];
  for (let i = 1; i <= n; i += 1) {
    terminal.allot(serialOf(i));
    const reader = new CardInReader(blank(i));
    const outcome = await issuePermit(terminal.context(reader.insert()), applicant(i), photo, { issued: second });
    if (!outcome.ok) throw new Error(refusal(outcome));
    cards.push({ reader, value: outcome.value });
  }
  terminal.records.length = 0;
  return { terminal, cards };
}

/** Code and detail of a refusal; `done` for none. */
export const refusal = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : [outcome.code, ...(outcome.detail === undefined ? [] : [outcome.detail])].join(' '));

/** Result and reason of the verdict over what lies in the reader; a refusal where there is none. */
export async function verdict(terminal: MemoryTerminal, channel: CardChannel): Promise<string> {
  const outcome = await verifyPermit(terminal.context(channel));
  return outcome.ok ? nameOf(outcome.value.verdict) : refusal(outcome);
}

/** The same of a whole reading, and whether anybody's data was shown. */
export async function reading(terminal: MemoryTerminal, channel: CardChannel): Promise<string> {
  const outcome = await readPermit(terminal.context(channel));
  if (!outcome.ok) return refusal(outcome);
  const { value } = outcome;
  return [nameOf(value.verdict), value.contents === undefined ? 'shows nothing' : 'shows the holder', ...(value.closed === undefined ? [] : [refusal(value.closed)])].join(', ');
}

type Verdict = Extract<Awaited<ReturnType<typeof verifyPermit>>, { readonly ok: true }>['value']['verdict'];
const nameOf = ({ result, lines }: Verdict): string => (result === 'valid' ? result : `${result} ${lines.find((line) => line.result === result)?.reason ?? ''}`);

/** What sits between reader and terminal: it sees every APDU, n from 1, and may put another one in its place. */
export interface Middle {
  readonly command?: (command: Uint8Array, n: number) => Uint8Array;
  readonly answer?: (answer: Uint8Array, n: number, command: Uint8Array) => Uint8Array;
}
export function between(channel: CardChannel, { command: bend = (bytes) => bytes, answer: twist = (bytes) => bytes }: Middle): CardChannel {
  let n = 0;
  return {
    atr: channel.atr,
    ...(channel.extendedLength === undefined ? {} : { extendedLength: channel.extendedLength }),
    transmit: async (command) => {
      const at = (n += 1);
      return twist(await channel.transmit(bend(command, at)), at, command);
    },
  };
}

/** A card whose chip has proved itself: secure messaging is in force, nobody has shown a right. */
export interface ChipOpen {
  readonly session: CardSession;
  readonly application: PermitApplication;
  readonly chip: AuthenticatedChip;
}
export async function chipOpen(channel: CardChannel): Promise<ChipOpen> {
  const session = new CardSession(channel);
  const application = await PermitApplication.select(session);
  if (application === undefined) throw new Error('no permit');
  const { sod } = await application.readFiles('sod');
  const { chipKey } = decodeSod(parseSigned(sod, permitTyp.sod).payload);
  const proof = await chipAuthenticate(session, chipKey);
  if (!proof.proven) throw new Error(proof.reason);
  return { session, application, chip: { chipKey, ephemeral: proof.ephemeral } };
}

/** Certificates and key of a terminal of the hall with these rights only, changed by `bend`. */
export function credentials(terminal: MemoryTerminal, bend: (access: TestAccess) => void = () => undefined): AccessCredentials {
  const access = new TestAccess(() => new Date((terminal.now + 8 * 3600) * 1000).toISOString().slice(0, 10));
  bend(access);
  const held = access.credentials([access.bundle().verifier.authorityReference]);
  if (!held.ok) throw new Error(held.code);
  return held.value;
}

/** The card's answer to a terminal: `granted`, or which check refused which of what it was shown. */
export async function shown(open: ChipOpen, held: AccessCredentials, purpose: AccessPurpose = accessPurpose.check, time = 1_795_492_800): Promise<string> {
  const answer = await terminalAuthenticate(open.session, open.chip, held, { time, purpose });
  return answer.granted ? 'granted' : `${answer.reason} at ${answer.at}, ${answer.sw.toString(16)}`;
}

/** A session in which exactly these rights are in force. */
export async function openWith(terminal: MemoryTerminal, channel: CardChannel, rights: readonly AccessRight[], departments: readonly number[] = []): Promise<ChipOpen> {
  const open = await chipOpen(channel);
  const answer = await shown(open, credentials(terminal, (access) => void Object.assign(access, { rightsHeld: rights, own: departments })));
  if (answer !== 'granted') throw new Error(answer);
  return open;
}

/** Status word of one command, in hexadecimal, under whatever channel is in force. */
export async function status(session: CardSession, header: readonly [ins: number, p1: number, p2: number], data?: Uint8Array, ne?: number): Promise<string> {
  const [ins, p1, p2] = header;
  const { sw } = await session.send({ cla: 0x00, ins, p1, p2, ...(data === undefined ? {} : { data }), ...(ne === undefined ? {} : { ne }) });
  return sw.toString(16);
}
/** The same of bytes that are put on the wire as they are. */
export const raw = (reader: CardInReader, bytes: Uint8Array): string => Buffer.from(reader.card.process(bytes) ?? []).subarray(-2).toString('hex');

export const getData = (tag: number): Uint8Array => encodeTlv(0x5c, Uint8Array.of(tag));

/** Terminal authentication step by step, as somebody does who takes the steps apart. */
export class Handshake {
  constructor(private readonly open: ChipOpen, private readonly held: AccessCredentials) {}

  async certificates(): Promise<string> {
    for (const { authorityReference, data } of this.held.chain) {
      for (const answer of [await status(this.open.session, [0x22, 0x81, 0xb6], encodeTlv(0x83, Buffer.from(authorityReference, 'latin1'))), await status(this.open.session, [0x2a, 0x00, 0xbe], data)]) {
        if (answer !== '9000') return answer;
      }
    }
    return '9000';
  }

  claim(auxiliary: Uint8Array, reference = this.held.holderReference): Promise<string> {
    return status(this.open.session, [0x22, 0x81, 0xa4], Buffer.concat([encodeTlv(0x80, terminalAuthenticationOid), encodeTlv(0x83, Buffer.from(reference, 'latin1')), auxiliary]));
  }

  async challenge(): Promise<Uint8Array> {
    return (await this.open.session.send({ cla: 0x00, ins: 0x84, p1: 0, p2: 0, ne: 8 })).data;
  }

  answer(signature: Uint8Array): Promise<string> {
    return status(this.open.session, [0x82, 0x00, 0x00], signature);
  }

  /** What an honest terminal signs on this channel. */
  signed(challenge: Uint8Array, auxiliary: Uint8Array, chip: AuthenticatedChip = this.open.chip): Uint8Array {
    return this.held.sign(accessMessage(chip, challenge, auxiliary));
  }
}
export const auxiliaryOf = (purpose: AccessPurpose = accessPurpose.check, time = 1_795_492_800): Uint8Array => accessAuxiliary({ time, purpose });

/** What a counter does to a card; each by its refusal. */
export const move = { residence: { division: '330303001002', address: '某某街 21 号', since: '2026-11-20' }, changedOn: '2026-11-20', by: 'op-1' } as const;
export const slotOf = (department: number): Parameters<typeof writeService>[1] => ({ department, receipt: `S-${department}-1`, state: '已受理', asOf: '2026-11-24' });
export async function update(terminal: MemoryTerminal, channel: CardChannel, what: 'move' | 'endorse' | ReturnType<typeof slotOf>): Promise<string> {
  const ctx = terminal.context(channel);
  if (what === 'move') return refusal(await changeResidence(ctx, move));
  return refusal(what === 'endorse' ? await renewEndorsement(ctx, { by: 'op-1' }) : await writeService(ctx, what));
}
