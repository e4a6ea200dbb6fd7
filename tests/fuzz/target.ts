import type { Mutation } from './mutation.js';

/** Something that takes bytes from outside, and how inputs for it are made. */
export interface Target {
  /** Valid inputs, and the refused ones of the vectors. */
  readonly seeds: readonly Uint8Array[];
  readonly mutate: Mutation;
  /**
   * One execution. Declared errors are met inside; what it throws is a finding, and so is a property that does not hold ({@link Broken}).
   */
  readonly run: (input: Uint8Array) => void | Promise<void>;
  /** Bytes that one execution may take apart from what grows with the input; 4 MB unless stated. */
  readonly allowance?: number;
}

/** A property of the target that an input broke: the answer to it is a finding, as an undeclared exception is. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** The value of `operation`, or undefined when it threw one of the declared classes; anything else passes. */
export function declared<T>(operation: () => T, ...classes: readonly ErrorClass[]): T | undefined {
  try {
    return operation();
  } catch (error) {
    if (classes.some((each) => error instanceof each)) return undefined;
    throw error;
  }
}

export function holds(condition: boolean, property: string): void {
  if (!condition) throw new Broken(property);
}
