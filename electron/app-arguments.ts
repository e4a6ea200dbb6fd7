/**
 * The app's arguments: `--name value` or `--name=value`, among switches of Electron that are none of ours. Those in RESIDENCE_CARD_APP_ARGS (JSON, list of strings) are read first, so
 * the command line decides. A name given twice counts as given last.
 */
export interface AppArguments {
  /** folder of the terminal; the one below Electron's own folder for user data unless stated */
  readonly data: string | undefined;
  readonly mode: 'counter' | 'kiosk' | 'police';
  readonly pcsc: string | undefined;
  readonly tray: string | undefined;
  /** where the terminal's key is wrapped, when not in this account's own place */
  readonly keyStore: string | undefined;
  readonly windowed: boolean;
  /** by paper: what is printed there without a dialog, by the system's name of the printer */
  readonly printers: Readonly<Partial<Record<'a4' | 'roll-80' | 'id-1', string>>>;
  /** writes or removes the entry that starts the app at log-in, and ends */
  readonly autoStart: 'on' | 'off' | undefined;
}

export class ArgumentError extends Error {}

const modes = ['counter', 'kiosk', 'police'] as const;
const switched = ['on', 'off'] as const;
const printers = { 'printer-a4': 'a4', 'printer-roll': 'roll-80', 'printer-card': 'id-1' } as const;
const printerNames = ['printer-a4', 'printer-roll', 'printer-card'] as const;
const valued = ['data', 'mode', 'pcsc', 'tray', 'key-store', 'auto-start', ...printerNames] as const;
type Valued = (typeof valued)[number];
const isValued = (name: string): name is Valued => (valued as readonly string[]).includes(name);

const fromEnvironment = (text: string | undefined): readonly string[] => {
  if (text === undefined || text === '') return [];
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) throw new ArgumentError('RESIDENCE_CARD_APP_ARGS is no JSON list of strings');
  return list;
};

const read = (words: readonly string[]): { readonly values: Partial<Record<Valued, string>>; readonly windowed: boolean } => {
  const values: Partial<Record<Valued, string>> = {};
  let windowed = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, name = '', joined] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === 'windowed') windowed = true;
    if (!isValued(name)) continue;
    const value = joined ?? words[++i];
    if (value === undefined || value === '') throw new ArgumentError(`--${name} wants a value`);
    values[name] = value;
  }
  return { values, windowed };
};

const oneOf = <const T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((entry) => entry === value);
  if (found === undefined) throw new ArgumentError(`--${name}: one of ${allowed.join(', ')}`);
  return found;
};

/** `argv`: without the executable. Throws ArgumentError. */
export const readArguments = (argv: readonly string[], environment: string | undefined): AppArguments => {
  const { values, windowed } = read([...fromEnvironment(environment), ...argv]);
  const autoStart = values['auto-start'];
  return {
    data: values.data,
    mode: oneOf('mode', values.mode ?? 'police', modes),
    pcsc: values.pcsc,
    tray: values.tray,
    keyStore: values['key-store'],
    windowed,
    printers: Object.fromEntries(printerNames.flatMap((name) => (values[name] === undefined ? [] : [[printers[name], values[name]]]))),
    autoStart: autoStart === undefined ? undefined : oneOf('auto-start', autoStart, switched),
  };
};

/** The same arguments as one would type them: for the entry at log-in. */
export const writeArguments = (args: AppArguments): string[] => [
  ...(args.data === undefined ? [] : [`--data=${args.data}`]),
  `--mode=${args.mode}`,
  ...(args.pcsc === undefined ? [] : [`--pcsc=${args.pcsc}`]),
  ...(args.tray === undefined ? [] : [`--tray=${args.tray}`]),
  ...(args.keyStore === undefined ? [] : [`--key-store=${args.keyStore}`]),
  ...printerNames.flatMap((name) => (args.printers[printers[name]] === undefined ? [] : [`--${name}=${args.printers[printers[name]] ?? ''}`])),
  ...(args.windowed ? ['--windowed'] : []),
];

/** What the service is started with (docs/app.md). */
export const serviceArguments = (args: AppArguments, data: string): string[] => [
  '--data', data, '--mode', args.mode,
  ...(args.pcsc === undefined ? [] : ['--pcsc', args.pcsc]),
  ...(args.tray === undefined ? [] : ['--tray', args.tray]),
  ...(args.keyStore === undefined ? [] : ['--key-store', args.keyStore]),
];
