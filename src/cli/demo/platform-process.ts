import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CodedError, isFailureCode } from '../../contract/index.js';

// Child processes run from dist/, also when this module is run from its source by the tests
const program = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../../dist/src/cli/main.js' : '../main.js', import.meta.url));

/** The platform as a process of its own, so that it can really be taken down. */
export class PlatformProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly port: number,
  ) {}

  /** Resolves when it listens. It ends with this process, however that ends. Throws CodedError with the platform's own code, or PLATFORM_FAULT when it said none. */
  static async start(data: string, port: number): Promise<PlatformProcess> {
    const child = spawn(process.execPath, [program, 'platform', 'serve', '--json', '--data', data, '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const { stdout } = child;
    if (stdout === null) throw new CodedError('INTERNAL', 'no pipe');
    const lines = createInterface({ input: stdout });
    const ended: Promise<string | undefined> = once(child, 'exit').then(() => undefined);
    const started = await Promise.race([once(lines, 'line').then(([line]) => String(line)), ended]);
    const answer = started === undefined ? undefined : (JSON.parse(started) as { ok: boolean; url: string; port: number; code?: string; detail?: string });
    if (answer?.ok !== true) {
      await ended;
      const code = answer?.code !== undefined && isFailureCode(answer.code) ? answer.code : 'PLATFORM_FAULT';
      throw new CodedError(code, answer?.detail ?? 'the platform did not start');
    }
    return new PlatformProcess(child, answer.url, answer.port);
  }

  /** Its process, for whoever watches what it takes. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
