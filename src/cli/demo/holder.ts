import { createHash, createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import { uncompressedPoint } from '../../card/index.js';
import type { Outcome } from '../../contract/index.js';
import { accessOfMode, createEnrolmentCode, openPlatform } from '../../platform/index.js';
import { enrolTerminal, openTerminal, syncTerminal, type Terminal } from '../../service/index.js';
import { keyStoreOf, type DataFolder } from '../data-folder.js';
import type { Story } from './story.js';

/** Invented, and typed by nobody: a real PIN never crosses a program that tells stories. */
export const pins = { first: '274915', second: '860352', wrong: '111222' } as const;
const bytesOf = (pin: string): Uint8Array => new TextEncoder().encode(pin);

/** What the holder does with the own card: the printed body, the PIN at the hand-over, a kiosk, who read the card, its end. */
export class Holder {
  /** undefined before it is enrolled */
  kiosk: Terminal | undefined;

  constructor(
    private readonly story: Story,
    private readonly folder: DataFolder,
  ) {}

  /** A second terminal without an operator, with the rights of a kiosk alone. */
  async openKiosk(url: string, env: Readonly<Record<string, string>>): Promise<string> {
    const platform = await openPlatform(this.folder.platform);
    const code = await createEnrolmentCode(platform, 'demo kiosk', ['3303'], accessOfMode.kiosk).finally(() => platform.close());
    if (!code.ok) return code.code;
    const folder = join(this.folder.root, 'kiosk');
    const enrolled = await enrolTerminal(folder, url, code.value.code, 'demo kiosk', keyStoreOf(this.folder.root));
    if (!enrolled.ok) return enrolled.code;
    this.kiosk = openTerminal(folder, { env, mode: 'kiosk', waitForCardMs: 5_000, ...keyStoreOf(this.folder.root) });
    return this.syncKiosk();
  }

  async syncKiosk(): Promise<string> {
    const synced = await syncTerminal(this.#open);
    return synced.ok ? 'done' : synced.code;
  }

  /** Number and CAN as a person reads them off the card; `exchanged`: off somebody else's. */
  async matchBody(name: string, exchanged?: string): Promise<string> {
    const { number, can } = this.story.permitOf(name);
    await this.story.put(name);
    const matched = await this.story.counter.matchBody({ permitNumber: number, can: exchanged === undefined ? can : this.story.permitOf(exchanged).can });
    return matched.ok ? 'done' : matched.code;
  }

  async setPin(name: string): Promise<string> {
    await this.story.put(name);
    return this.#recorded(this.story.counter, name, await this.story.counter.setPin(bytesOf(pins.first)));
  }

  async changePin(name: string): Promise<string> {
    await this.story.put(name);
    return this.#recorded(this.#open, name, await this.#open.changePin(bytesOf(pins.first), bytesOf(pins.second)));
  }

  /** What the holder is shown at the kiosk; the verdict, once the PIN opens the card. */
  async readAtKiosk(name: string, pin: keyof typeof pins): Promise<string> {
    await this.story.put(name);
    const read = await this.#open.read({}, bytesOf(pins[pin]));
    if (!read.ok) return read.code;
    const { verdict, contents, seq } = read.value;
    this.story.capture(this.#open, 'verification', seq, verdict.permitNumber ?? '');
    return contents === undefined ? 'not opened' : verdict.result;
  }

  /** Three wrong PINs, the last of which blocks it. */
  async blockPin(name: string): Promise<string> {
    const said = [];
    for (let i = 0; i < 3; i += 1) said.push(await this.readAtKiosk(name, 'wrong'));
    return said.join(' ');
  }

  async resetPin(name: string): Promise<string> {
    await this.story.put(name);
    return this.#recorded(this.story.counter, name, await this.story.counter.resetPin());
  }

  /** Which kinds of terminals the card says that have read it. */
  async readLog(name: string): Promise<string> {
    await this.story.put(name);
    const log = await this.#open.cardLog({}, bytesOf(pins.second));
    if (!log.ok) return log.code;
    const came = new Map<string, string>([[`CN${this.story.counter.identity.terminalId}`, 'counter'], [`CN${this.#open.identity.terminalId}`, 'kiosk']]);
    const kinds = log.value.entries.map(({ holderReference }) => came.get(holderReference.slice(0, -5)) ?? 'nobody known');
    return [...new Set(kinds)].sort().join(' ');
  }

  /** A signature that only this card makes, opened by the PIN, verified by an engine of its own. */
  async signAtKiosk(name: string): Promise<string> {
    await this.story.put(name);
    const message = new TextEncoder().encode('an application');
    const signed = await this.#open.signPresence(new Uint8Array(createHash('sha256').update(message).digest()), bytesOf(pins.second));
    if (!signed.ok) return signed.code;
    const { signature, signatureKey } = signed.value;
    const point = Buffer.from(uncompressedPoint(signatureKey) ?? new Uint8Array(65));
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') }, format: 'jwk' });
    return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature) ? 'done' : 'SIGNATURE_INVALID';
  }

  /** The chip of a card that came back is ended, and says so afterwards. */
  async endCard(name: string): Promise<string> {
    await this.story.put(name);
    const ended = await this.story.counter.endCard(this.story.permitOf(name).number);
    if (!ended.ok) return ended.code;
    const after = await this.story.counter.verify();
    return after.ok ? 'still alive' : after.code;
  }

  async close(): Promise<void> {
    await this.kiosk?.close();
  }

  get #open(): Terminal {
    if (this.kiosk === undefined) throw new Error('the kiosk is not enrolled yet');
    return this.kiosk;
  }

  #recorded(terminal: Terminal, name: string, outcome: Outcome<{ readonly seq: number }>): string {
    if (!outcome.ok) return outcome.code;
    this.story.capture(terminal, 'pin', outcome.value.seq, this.story.permitOf(name).number);
    return 'done';
  }
}
