/** A check that takes the time which others leave: it stands behind everything that runs beside it, and what it says is told when it has ended. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Niceness counts among the processes of a session; where the system groups by sessions (sched(7), autogroup), the session itself is made patient too. */
const standBehind = (pid) => {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '19');
  } catch {
    // This system groups otherwise.
  }
};

/** Runs a script of Node's in a session of its own; `told` is all that it printed. It ends with this process. */
export const runInBackground = (cwd, script, args) =>
  new Promise((settle) => {
    const child = spawn('nice', ['-n', '19', process.execPath, script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    if (child.pid !== undefined) standBehind(child.pid);
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (told += text));
    const end = () => child.kill('SIGKILL');
    const interrupted = () => process.exit(130);
    process.once('exit', end);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
    const settled = (good) => {
      process.off('exit', end);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted);
      settle({ good, told: told.trimEnd() });
    };
    child.on('error', (error) => {
      told += String(error);
      settled(false);
    });
    child.on('close', (code) => settled(code === 0));
  });
