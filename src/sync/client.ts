import { done, type Success } from '../contract/index.js';
import type { SyncFailure } from './failure.js';
import { PlatformLink, type LinkOptions } from './platform-link.js';
import {
  pullCodeTables,
  pullDelegation,
  pullKeySets,
  pullNumberBlock,
  pullStatusList,
  pullTrust,
  type NumberNeed,
  type PullItem,
  type Pulling,
  type PullParts,
} from './pull.js';
import { push, type PushResult } from './push.js';
import type { PulledView } from './state.js';
import type { Verifiers } from './verifiers.js';

export interface SyncOptions extends LinkOptions {
  /** X25519 secret key of this terminal, 32 bytes */
  readonly boxSecret: Uint8Array;
  /** the root pinned at enrolment, Ed25519, 32 bytes */
  readonly root: Uint8Array;
  readonly verifiers: Verifiers;
}

export type PullReport = Readonly<Partial<Record<PullItem, Pulling>>>;
/** A failure is the first one met; `report` tells each item. */
export type PullResult = Success<PullReport> | (SyncFailure & { readonly report: PullReport });

/** After these the next item would only fail the same way. */
const hopeless = new Set<string>(['PLATFORM_UNREACHABLE', 'PLATFORM_TIMEOUT', 'TERMINAL_UNKNOWN', 'TERMINAL_BLOCKED', 'REQUEST_SIGNATURE']);

/** Sync of an enrolled terminal. One push or pull at a time; failures of platform and network are values, those of the storage are thrown (CodedError). */
export class SyncClient {
  readonly #options: SyncOptions;
  readonly #link: PlatformLink;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#link = new PlatformLink(options);
  }

  /** What was pulled and verified, and how the clock was judged. */
  get pulled(): PulledView {
    return this.#link.pulled;
  }

  /** Everything that is pending, oldest first. */
  push(): Promise<PushResult> {
    return push({ ...this.#options, link: this.#link });
  }

  /** Trust list first: it decides what verifies after it. `numbers`: the blocks this terminal issues from, asked for again until they are used. */
  async pullAll(numbers: readonly NumberNeed[] = []): Promise<PullResult> {
    const parts: PullParts = { ...this.#options, link: this.#link };
    const steps: readonly (readonly [PullItem, () => Promise<Pulling>])[] = [
      ['trust', () => pullTrust(parts)],
      ['status-list', () => pullStatusList(parts)],
      ['delegation', () => pullDelegation(parts)],
      ...numbers.map((need) => ['number-blocks', () => pullNumberBlock(parts, need)] as const),
      ['key-sets', () => pullKeySets(parts)],
      ['code-tables', () => pullCodeTables(parts)],
    ];
    const report: Partial<Record<PullItem, Pulling>> = {};
    let first: SyncFailure | undefined;
    for (const [item, step] of steps) {
      const outcome = await step();
      const before = report[item];
      // Several number blocks share a line: the worst of them is told.
      if (before === undefined || (before.ok && (!outcome.ok || outcome.value === 'replaced'))) report[item] = outcome;
      if (outcome.ok) continue;
      first ??= outcome;
      if (hopeless.has(outcome.code)) break;
    }
    return first === undefined ? done(report) : { ...first, report };
  }
}
