import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failed } from '../contract/index.js';
import { finish, makeOutput } from './output.js';
import { optional, program, type Options } from './program.js';

const inTree = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Hands over to the fault suite of the source tree: its output and its exit code are the answer. A packaged terminal has none. */
const runSuite = async (options: Options): Promise<void> => {
  const [bootstrap, suite] = [inTree('scripts/bootstrap.mjs'), inTree('tests/fault/main.ts')];
  const json = options['json'] === true;
  if (!existsSync(bootstrap) || !existsSync(suite)) {
    await finish(makeOutput(json), 'fault', () => Promise.resolve(failed('INPUT_INVALID', 'only in a source tree')), () => undefined);
    return;
  }
  const own = ['n', 'seed'].flatMap((name) => {
    const value = optional(options[name]);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const child = spawn(process.execPath, [bootstrap, 'fault', inTree('dist/tests/fault/main.js'), ...own, ...(json ? ['--json'] : [])], { stdio: 'inherit' });
  process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
};

export const addFaultCommand = (): void => {
  const command = program.command('fault').description('break terminal, platform and network, and compare every record with its effect; in the source tree only');
  command.option('--n <n>', 'how many faults', '2000').option('--seed <n>', 'the same choices again').option('--json', 'print exactly one JSON object');
  command.exitOverride().action(() => runSuite(command.optsWithGlobals()));
};
