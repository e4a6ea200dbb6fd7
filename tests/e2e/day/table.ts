import type { Played } from './day.js';
import type { Errand } from './day.js';

/** docs/counter-day.md: who came, what for, and what it cost. The list of errands is checked by a test; the numbers are those of the machine that made the page. */
const rowOf = ({ errand, cost }: Played, at: number): string => {
  const { keys, clicks, text, machineMs } = cost;
  return `| ${at + 1} | ${errand.who} | ${errand.what} | ${(machineMs / 1000).toFixed(1)} | ${keys} | ${clicks} | ${text} |`;
};

const sum = (played: readonly Played[], of: (one: Played) => number): number => played.reduce((total, one) => total + of(one), 0);

export const pageOf = (played: readonly Played[]): string => `# A day at the counter

${played.length} errands of residents, one clerk, one counter: played by \`npm run counter-day\` in Chromium with the real service, cards through the real pcscd, and the real platform. The tests play them too, and check that this
list is that of the errands; afterwards the platform's books are compared: each permit as its errand left it, each record once. During the last three the platform is away for an hour, by the clocks of both.

Machine seconds: what the clerk waits for between an act and what it brings onto the screen, writing and reading back included (virtual cards: a chip of plastic adds its own time). Keys and clicks: the clerk's own;
names, addresses, employers and telephone numbers are as long as they are and have a column of their own; the holder's strokes at the keypad are nobody's. Everybody is invented.

| | resident | errand | machine s | keys | clicks | characters |
|---|---|---|---|---|---|---|
${played.map(rowOf).join('\n')}
| | all | | ${(sum(played, ({ cost }) => cost.machineMs) / 1000).toFixed(1)} | ${sum(played, ({ cost }) => cost.keys)} | ${sum(played, ({ cost }) => cost.clicks)} | ${sum(played, ({ cost }) => cost.text)} |
`;

/** Who and what of each row of a page, in its order. */
export const errandsIn = (page: string): string[] => [...page.matchAll(/^\| \d+ \| ([^|]+) \| ([^|]+) \|/gm)].map(([, who, what]) => `${who ?? ''}: ${what ?? ''}`);
export const namesOf = (errands: readonly Errand[]): string[] => errands.map(({ who, what }) => `${who}: ${what}`);
