import type { TerminalRules } from '../contract/index.js';
import type { Terminal } from './terminal.js';

export type Making = TerminalRules['making'][string];

/** How the hall of a division makes its cards: the longest beginning of its code that the city has set; on the spot where it has set none. */
export const makingOf = ({ making }: Pick<TerminalRules, 'making'>, division: string): Making => {
  const [closest] = Object.keys(making)
    .filter((code) => division.startsWith(code))
    .sort((a, b) => b.length - a.length);
  return (closest === undefined ? undefined : making[closest]) ?? 'spot';
};

/** How this terminal's hall does: in batches where every county that it holds numbers for does. */
export const makingAt = (terminal: Pick<Terminal, 'outbox' | 'rules'>): Making => {
  const divisions = [...new Set(terminal.outbox.numbers.blocks().map(({ division }) => division))];
  const rules = terminal.rules();
  return divisions.length > 0 && divisions.every((division) => makingOf(rules, division) === 'batch') ? 'batch' : 'spot';
};
