import type { Locator } from 'playwright-core';
import type { FailureCode } from '../../../src/contract/index.js';
import type { Hall } from './hall.js';
import type { Words } from './told.js';

/** How a clerk comes to be refused, and where it is read. */
export interface Refusal {
  /** undefined: the screen has words of its own for it */
  readonly code?: FailureCode;
  readonly what: string;
  /** what stands there; the code's own sentences unless stated */
  readonly words?: Words;
  readonly meet: (hall: Hall) => Promise<Locator>;
  /** what must be put back */
  readonly after?: (hall: Hall) => Promise<unknown>;
}

/** Where every refusal of a workflow is said. */
export const notice = ({ page }: Hall, code: FailureCode): Locator => page.locator(`[data-code="${code}"]`);
