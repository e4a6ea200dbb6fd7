import { randomBytes } from 'node:crypto';
import { CodedError, type OperatorEntry } from '../contract/index.js';
import { openSealed, sameBytes, sealingKeyPair, sealTo, type SealingKeyPair } from '../cose/index.js';
import { keyFromPassword, sha256 } from '../node-crypto/index.js';
import type { Outbox } from '../outbox/index.js';
import { hkdf } from './hkdf.js';

/** One operator's way to the local key: an X25519 key pair that the password makes again, and the local key sealed to it. */
interface Copy {
  readonly id: string;
  /** SHA-256 of the verifier that the password belonged to: a new password makes another key pair */
  readonly verifier: Uint8Array;
  readonly salt: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly sealed: Uint8Array;
}
type Holder = Omit<Copy, 'sealed'>;
interface Copies {
  /** the local key as the key store alone opens it: before anybody signed in here */
  readonly open: Uint8Array | undefined;
  readonly copies: readonly Copy[];
}

const settingName = 'local-key';
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const damaged = (): CodedError => new CodedError('STORAGE_CORRUPT', settingName);
const freshKey = (): Uint8Array => new Uint8Array(randomBytes(32));
const fingerprint = (verifier: string): Uint8Array => sha256(Buffer.from(verifier, 'utf8'));

function copyOf(value: unknown): Copy {
  const [id, verifier, salt, publicKey, sealed]: unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof id !== 'string' || !isBytes(verifier) || !isBytes(salt) || !isBytes(publicKey) || !isBytes(sealed)) throw damaged();
  return { id, verifier, salt, publicKey, sealed };
}

/**
 * Who can open the local data (operators.md 5). The setting lies in a box of the device key, so every copy needs the key store as well as the password.
 * The local key is made anew whenever somebody joins or leaves: a copy of an old file opens nothing that came later.
 */
export class LocalKey {
  #waiting: Holder | undefined;

  constructor(
    private readonly outbox: Pick<Outbox, 'settings' | 'local' | 'history'>,
    private readonly terminalId: string,
    private readonly deviceKey: Uint8Array,
  ) {}

  /** Gives a new terminal its local key. Data of a version without one lies under the device key and is boxed anew. Left unlocked only then. */
  prepare(): void {
    const { local, settings } = this.outbox;
    if (settings.get(settingName) !== undefined) return;
    local.unlock(this.deviceKey);
    const open = freshKey();
    local.rekey(open, this.#setting({ open, copies: [] }));
  }

  /** Whether the key store alone opens the local data: nobody has signed in here yet. */
  get opensWithoutSignIn(): boolean {
    return this.#load().open !== undefined;
  }

  /** For a terminal without operators. It stays locked once somebody has signed in here. */
  openWithoutSignIn(): void {
    const { open } = this.#load();
    if (open !== undefined) this.outbox.local.unlock(open);
  }

  /**
   * Opens the local data for an operator whose password was right. A first sign-in joins: it needs local data that is open (a colleague's session, the first day)
   * or empty. False: it is neither, and stays closed.
   */
  async enter(operator: OperatorEntry, password: string, operators: readonly OperatorEntry[]): Promise<boolean> {
    const { local } = this.outbox;
    const before = this.#load();
    const verifier = fingerprint(operator.verifier);
    const own = before.copies.find((copy) => copy.id === operator.id && sameBytes(copy.verifier, verifier));
    if (own !== undefined) {
      const pair = await this.#pairOf(operator.id, password, own.salt);
      const key = openSealed(pair.secretKey, own.sealed);
      if (key === undefined) throw damaged();
      local.unlock(key);
      key.fill(0);
      this.shedLeavers(operators);
      return true;
    }
    const salt = new Uint8Array(randomBytes(16));
    const { publicKey } = await this.#pairOf(operator.id, password, salt);
    const joining = { id: operator.id, verifier, salt, publicKey };
    if (local.locked && before.open !== undefined) local.unlock(before.open);
    // The shift of whoever was here before ends with this sign-in: its history keeps nobody out.
    if (local.locked) this.outbox.history.clear();
    if (local.locked && local.rows() > 0) {
      this.#waiting = joining;
      return false;
    }
    this.#renew([...this.#staying(operators).filter(({ id }) => id !== operator.id), joining]);
    return true;
  }

  /** Somebody left, was disabled or has a new password: the key is made anew for those who stay. The local data is open. */
  shedLeavers(operators: readonly OperatorEntry[]): void {
    const stayed = this.#staying(operators);
    if (stayed.length > 0 && stayed.length < this.#load().copies.length) this.#renew(stayed);
  }

  /** The operator who waits at closed local data gives it up: drafts and own records are deleted, and a new key is made. The journal is empty by then. */
  beginAnew(operators: readonly OperatorEntry[]): void {
    const waiting = this.#waiting;
    if (waiting === undefined) throw new Error('nobody waits at closed local data');
    const next = freshKey();
    this.outbox.local.beginAnew(next, this.#sealedTo(next, [...this.#staying(operators).filter(({ id }) => id !== waiting.id), waiting]));
    next.fill(0);
    this.#waiting = undefined;
  }

  /** Copies of those who may still sign in with the password that made them. */
  #staying(operators: readonly OperatorEntry[]): Copy[] {
    const current = new Map(operators.filter(({ disabled }) => !disabled).map(({ id, verifier }) => [id, fingerprint(verifier)]));
    return this.#load().copies.filter(({ id, verifier }) => {
      const now = current.get(id);
      return now !== undefined && sameBytes(now, verifier);
    });
  }

  #renew(holders: readonly Holder[]): void {
    const next = freshKey();
    this.outbox.local.rekey(next, this.#sealedTo(next, holders));
    next.fill(0);
  }

  #sealedTo(key: Uint8Array, holders: readonly Holder[]): Record<string, unknown> {
    return this.#setting({ open: undefined, copies: holders.map(({ id, verifier, salt, publicKey }) => ({ id, verifier, salt, publicKey, sealed: sealTo(publicKey).seal(key) })) });
  }

  /** argon2id, then HKDF for this one use at this one terminal. */
  async #pairOf(id: string, password: string, salt: Uint8Array): Promise<SealingKeyPair> {
    const fromPassword = await keyFromPassword(password, salt);
    const pair = sealingKeyPair(hkdf(fromPassword, salt, JSON.stringify(['wz-local-key', this.terminalId, id])));
    fromPassword.fill(0);
    return pair;
  }

  #setting({ open, copies }: Copies): Record<string, unknown> {
    return { [settingName]: [open ?? null, copies.map(({ id, verifier, salt, publicKey, sealed }) => [id, verifier, salt, publicKey, sealed])] };
  }

  #load(): Copies {
    const value = this.outbox.settings.get(settingName);
    const [open, copies]: unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
    if (!Array.isArray(copies) || !(open === null || isBytes(open))) throw damaged();
    return { open: open ?? undefined, copies: (copies as unknown[]).map(copyOf) };
  }
}
