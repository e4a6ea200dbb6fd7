import { Command } from 'commander';
import { failed, type Outcome } from '../contract/index.js';
import { dataFolder, dataRoot, setNow, type DataFolder } from './data-folder.js';
import { finish, makeOutput, type Output } from './output.js';

/** How a command is added: options that stand before or after its name, one JSON object with `--json`, exit codes by the failure. */
export interface Io {
  readonly output: Output;
  readonly folder: DataFolder;
}
export type Options = Readonly<Record<string, string | boolean | undefined>>;
export type Work = (io: Io, options: Options, args: readonly string[]) => Promise<Outcome<object>>;
export type Human = (output: Output, value: Record<string, unknown>) => void;
export type Flag = readonly [flags: string, text: string, fallback?: string];

export const program = new Command('residence-card')
  .description('IC residence permit: terminal, card and platform')
  .option('--json', 'print exactly one JSON object')
  .option('--data <dir>', 'data folder (else RESIDENCE_CARD_DATA, else .data)')
  .option('--now <time>', 'another time than now, ISO 8601; in demo folders only')
  .configureOutput({ writeOut: (text) => void process.stderr.write(text) })
  .exitOverride();

export const nameByName: Human = (output, value) => {
  for (const [name, each] of Object.entries(value)) output.line(`${name.padEnd(22)} ${typeof each === 'string' ? each : JSON.stringify(each)}`);
};

/** Adds a command; `--json`, `--data` and `--now` may stand before or after its name. */
export const add = (parent: Command, spec: string, description: string, options: readonly Flag[], work: Work, human: Human = nameByName): void => {
  const command = parent.command(spec).description(description).option('--json', 'print exactly one JSON object').option('--data <dir>', 'data folder').option('--now <time>', 'demo folders only');
  for (const [flags, text, fallback] of options) command.option(flags, text, fallback);
  command.exitOverride().action(async () => {
    const own = command.optsWithGlobals<Options>();
    const output = makeOutput(own['json'] === true);
    const folder = dataFolder(dataRoot(optional(own['data'])));
    const name = parent === program ? command.name() : `${parent.name()} ${command.name()}`;
    const now = optional(own['now']);
    const run = (): Promise<Outcome<object>> => (now === undefined || setNow(folder.root, now) ? work({ output, folder }, own, command.args) : Promise.resolve(failed('INPUT_INVALID', '--now')));
    await finish(output, name, run, (value) => human(output, value as Record<string, unknown>));
  });
};

export const text = (value: string | boolean | undefined): string => (typeof value === 'string' ? value : '');
export const optional = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** INPUT_INVALID names the first of these options that is missing. */
export const demanding =
  (names: readonly string[], work: Work): Work =>
  (io, options, args) => {
    const missing = names.find((name) => text(options[name]) === '');
    return missing === undefined ? work(io, options, args) : Promise.resolve(failed('INPUT_INVALID', `--${missing.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`));
  };

export const reader: Flag = ['--reader <name>', 'a reader by its name'];
