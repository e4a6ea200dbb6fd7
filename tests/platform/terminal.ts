import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { priorityOf, type CapturedRecord } from '../../src/contract/index.js';
import { decodeCbor, encodeCbor, okpKey, openSealed, parseSign1, sealingKeyPair, sealTo, signSign1, verifySign1, type Sealer } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import {
  chipThumbprint,
  decodeDelegation,
  encodeEndorsement,
  encodeResidence,
  idNumberCheckCharacter,
  permitNumber,
  permitTyp,
  type Holder,
} from '../../src/permit/index.js';
import { compressed, inventedIssue } from './invented-issue.js';

const { ed25519, sha256 } = nodeCrypto;
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Crockford base 32 as a terminal reads it: written against sync.md 1, not taken from the platform. */
export const readCode = (code: string): { secret: Uint8Array; rootHash: Uint8Array } => {
  let value = 0n;
  for (const symbol of code.replaceAll('-', '')) value = value * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(symbol));
  const whole = new Uint8Array(Buffer.from(value.toString(16).padStart(40, '0'), 'hex'));
  return { secret: whole.subarray(0, 10), rootHash: whole.subarray(10) };
};

export interface Person {
  readonly name: string;
  readonly idNumber: string;
  readonly registeredAddress: string;
  readonly address: string;
}

/** An invented person; `n` makes the ID number. */
export const person = (n: number): Person => {
  const digits = `3412${String(10 + (Math.floor(n / 500) % 90))}19900307${String((n % 500) * 2 + 1).padStart(3, '0')}`;
  return {
    name: `测试居民${n}号`,
    idNumber: digits + idNumberCheckCharacter(digits),
    registeredAddress: `安徽省临泉县虚构乡${n}村`,
    address: `虚构路${n}号`,
  };
};

export type QueuedRecord = [seq: number, type: string, priority: number, at: number, sealed: Uint8Array];

/** A terminal as sync.md describes it, in a few lines: it knows nothing of the product's own. */
export class TestTerminal {
  readonly seed = bytes(32);
  readonly box = sealingKeyPair();
  id = '';
  platformKey = new Uint8Array(32);
  answer = new Map<number, unknown>();
  kcwt = new Uint8Array(0) as Uint8Array;
  block: [number, number] = [0, -1];
  epoch = 1;
  readonly queue: QueuedRecord[] = [];
  readonly hashes: Uint8Array[] = [];
  #sealer: Sealer | undefined;
  nextIndex = 0;
  nextSequence = 1;

  constructor(
    public app: FastifyInstance,
    readonly now: () => number,
  ) {}

  enrolBody(code: string, name = '一号窗口'): Uint8Array {
    const payload = encodeCbor(
      new Map<number, unknown>([[1, readCode(code).secret], [2, name], [3, okpKey(ed25519.publicKey(this.seed))], [4, this.box.publicKey]]),
    );
    return signSign1({ typ: 'wz-enrol', payload, seed: this.seed }, ed25519);
  }

  async enrol(code: string): Promise<LightMyRequestResponse> {
    const response = await this.app.inject({
      method: 'POST',
      url: '/v1/terminals/enrol',
      headers: { 'content-type': 'application/cbor' },
      payload: Buffer.from(this.enrolBody(code)),
    });
    if (response.statusCode !== 201) return response;
    this.answer = decodeCbor(new Uint8Array(response.rawPayload)) as Map<number, unknown>;
    this.id = this.answer.get(1) as string;
    this.platformKey = this.answer.get(4) as Uint8Array<ArrayBuffer>;
    this.hashes[0] = sha256(encodeCbor(['wz-chain', this.id, this.epoch]));
    return response;
  }

  authorization(method: string, url: string, body: Uint8Array = new Uint8Array(0), nonce = bytes(8), time = this.now()): string {
    const payload = encodeCbor(new Map<number, unknown>([[1, method], [2, url], [3, sha256(body)], [4, time], [5, nonce]]));
    const signed = signSign1({ typ: 'wz-req', kid: new TextEncoder().encode(this.id), payload, seed: this.seed }, ed25519);
    return `COSE ${Buffer.from(signed).toString('base64url')}`;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'GET', url, headers: { authorization: this.authorization('GET', url), ...headers } });
  }

  async pull(url: string): Promise<unknown> {
    const response = await this.get(url);
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`);
    return decodeCbor(new Uint8Array(response.rawPayload));
  }

  /** Certificate and index block. */
  async certify(): Promise<void> {
    const answer = (await this.pull('/v1/delegation')) as Map<number, unknown>;
    this.kcwt = answer.get(1) as Uint8Array;
    const block = answer.get(2) as [number, number];
    if (block[0] !== this.block[0] || block[1] !== this.block[1]) this.nextIndex = block[0];
    this.block = block;
  }

  claims(): ReturnType<typeof decodeDelegation> {
    return decodeDelegation(parseSign1(this.kcwt, { tagged: false }).payload);
  }

  async serials(): Promise<string[]> {
    const sealed = (await this.pull('/v1/key-sets')) as Uint8Array;
    const sets = decodeCbor(openSealed(this.box.secretKey, sealed) ?? new Uint8Array(0)) as Map<number, Uint8Array>[];
    return sets.map((set) => Buffer.from(set.get(1) ?? []).toString('hex'));
  }

  queueSealed(type: string, sealed: Uint8Array, priority = 3): number {
    const seq = this.hashes.length;
    const record: QueuedRecord = [seq, type, priority, this.now(), sealed];
    this.queue.push(record);
    this.hashes.push(sha256(encodeCbor([this.hashes[seq - 1], ...record])));
    return seq;
  }

  capture(record: CapturedRecord): number {
    this.#sealer ??= sealTo(this.platformKey);
    return this.queueSealed(record.type, this.#sealer.seal(encodeCbor(record)), priorityOf(record.type));
  }

  /** The record of an issued permit, with a SOD signed under this terminal's certificate. */
  issueRecord(who: Person, serial: string, change: { index?: number; number?: string; photoBytes?: number; holder?: Partial<Holder>; chip?: number } = {}): Extract<CapturedRecord, { type: 'issue' }> {
    const statusIndex = change.index ?? this.nextIndex++;
    const number = change.number ?? permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: this.nextSequence++ });
    const at = this.now();
    return inventedIssue({
      ...change,
      who,
      number,
      statusIndex,
      serial,
      issued: '2026-11-24',
      signedAt: at,
      issuedAt: at,
      statusListUri: 'urn:wz:residence-permit:status-list:1',
      signer: this,
    });
  }

  /** An endorsement as it stands on the card whose chip key is filled with `chip`. */
  endorsement(permit: string, on: string, goodUntil: string, chip = 7, counter = 1): Uint8Array {
    const binding = { permitNumber: permit, thumbprint: chipThumbprint(compressed(chip), sha256), counter, signedAt: this.now() };
    const payload = encodeEndorsement({ ...binding, endorsedOn: on, goodUntil, authority: '温州市公安局鹿城区分局' });
    return signSign1({ typ: permitTyp.endorsement, payload, kcwt: this.kcwt, seed: this.seed }, ed25519);
  }

  residence(permit: string, address: string, since: string, chip = 7, counter = 1): Uint8Array {
    const binding = { permitNumber: permit, thumbprint: chipThumbprint(compressed(chip), sha256), counter, signedAt: this.now() };
    const payload = encodeResidence({ ...binding, division: '330302001001', address, since });
    return signSign1({ typ: permitTyp.residence, payload, kcwt: this.kcwt, seed: this.seed }, ed25519);
  }

  /** Body of POST /v1/advance of these numbers of the queue. */
  advanceBody(seqs: readonly number[], change: { epoch?: number; records?: QueuedRecord[]; seed?: Uint8Array; digest?: Uint8Array } = {}): Uint8Array {
    const records = change.records ?? seqs.flatMap((seq) => this.queue.filter((record) => record[0] === seq));
    const head = new Map<number, unknown>([[1, this.id], [2, change.epoch ?? this.epoch], [3, change.digest ?? sha256(encodeCbor(records))], [4, this.now()]]);
    const signed = signSign1({ typ: 'wz-advance', kid: new TextEncoder().encode(this.id), payload: encodeCbor(head), seed: change.seed ?? this.seed }, ed25519);
    return encodeCbor([signed, records]);
  }

  /** Begins a new epoch with an empty queue, as a terminal does that an administrator let begin anew. */
  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.queue.length = 0;
    this.hashes.length = 1;
    this.hashes[0] = sha256(encodeCbor(['wz-chain', this.id, epoch]));
  }

  batch(first: number, last: number, change: { epoch?: number; before?: Uint8Array; hash?: Uint8Array; seed?: Uint8Array; records?: QueuedRecord[] } = {}): Uint8Array {
    const head = new Map<number, unknown>([
      [1, this.id],
      [2, change.epoch ?? this.epoch],
      [3, first],
      [4, last],
      [5, change.before ?? this.hashes[first - 1]],
      [6, change.hash ?? this.hashes[last]],
      [7, this.now()],
    ]);
    const signed = signSign1({ typ: 'wz-batch', kid: new TextEncoder().encode(this.id), payload: encodeCbor(head), seed: change.seed ?? this.seed }, ed25519);
    return encodeCbor([signed, change.records ?? this.queue.slice(first - 1, last)]);
  }

  post(body: Uint8Array, url = '/v1/records'): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/cbor', authorization: this.authorization('POST', url, body) },
      payload: Buffer.from(body),
    });
  }

  push(first: number, last: number): Promise<LightMyRequestResponse> {
    return this.post(this.batch(first, last));
  }

  /** The receipt of an answer, verified; its quarantined numbers with their codes. */
  receipt(response: LightMyRequestResponse, platformPublicKey: Uint8Array): [number, string][] {
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`);
    const signed = parseSign1(new Uint8Array(response.rawPayload));
    if (signed.typ !== 'wz-receipt' || !verifySign1(signed, platformPublicKey, ed25519)) throw new Error('receipt does not verify');
    const map = decodeCbor(signed.payload) as Map<number, unknown>;
    const last = map.get(4) as number;
    if (map.get(1) !== this.id || Buffer.compare(map.get(5) as Uint8Array, this.hashes[last] ?? new Uint8Array(0)) !== 0) throw new Error('receipt is for something else');
    return map.get(7) as [number, string][];
  }
}

export const sha256Of = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
