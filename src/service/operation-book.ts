import { operation as operationSchema, type Operation } from '../contract/index.js';
import type { Terminal } from './terminal.js';

const settingName = 'operation';

/** CBOR gives maps back. */
const plain = (value: unknown): unknown => (value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value);

/**
 * Why and where checks are made: chosen once for an operation, by one person. It is kept with the terminal's settings, so a service that is started anew, or a screen that locked
 * itself, finds it again for the same person; whoever signs out is asked anew.
 */
export class OperationBook {
  readonly #terminal: () => Terminal | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(terminal: () => Terminal | undefined) {
    this.#terminal = terminal;
  }

  /** Of whoever is signed in (nobody, at a terminal without operators); undefined: none is chosen. */
  current(): Operation | undefined {
    const terminal = this.#terminal();
    if (terminal === undefined) return undefined;
    const [by, chosen] = this.#stored(terminal);
    if (by !== this.#who(terminal)) return undefined;
    const parsed = operationSchema.safeParse(chosen);
    return parsed.success ? parsed.data : undefined;
  }

  /** Somebody may check here: the caller has asked. */
  set(terminal: Terminal, chosen: Operation): void {
    const by = this.#who(terminal);
    if (by === undefined) throw new Error('an operation of nobody');
    terminal.outbox.settings.put({ [settingName]: [by, { ...chosen }] });
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` whenever one is chosen; the answer ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  clear(): void {
    this.#terminal()?.outbox.settings.put({ [settingName]: undefined });
  }

  #who(terminal: Terminal): string | undefined {
    const { session, operators } = terminal;
    return session?.id ?? (operators.required ? undefined : '');
  }

  #stored(terminal: Terminal): readonly [unknown, unknown] {
    const value = terminal.outbox.settings.get(settingName);
    const [by, chosen]: unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
    return [by, plain(chosen)];
  }
}
