/** One after the other: work handed in runs when all before it has ended, whether well or badly. */
export class Gate {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T> | T): Promise<T> {
    const next = this.#tail.then(work, work);
    this.#tail = next.catch(() => undefined);
    return next;
  }
}

/** A gate for each key; forgotten when nobody waits at it. */
export class Gates {
  readonly #gates = new Map<string, { gate: Gate; users: number }>();

  async run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const entry = this.#gates.get(key) ?? { gate: new Gate(), users: 0 };
    this.#gates.set(key, entry);
    entry.users += 1;
    try {
      return await entry.gate.run(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#gates.delete(key);
    }
  }
}
