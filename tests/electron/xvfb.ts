import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A screen of its own for one app, on the next free display. */
export interface Screen {
  readonly display: string;
  close(): Promise<void>;
}

export const openScreen = async (size: { readonly width: number; readonly height: number }): Promise<Screen> => {
  // -ac: the app runs as another user; nothing listens but the local socket. -noreset: the screen stays when its last window closes.
  const args = ['-displayfd', '3', '-screen', '0', `${size.width}x${size.height}x24`, '-nolisten', 'tcp', '-ac', '-noreset'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('Xvfb ended')));
    child.stdio[3]?.once('data', (data: Uint8Array) => resolve(new TextDecoder().decode(data).trim()));
  });
  return {
    display: `:${number}`,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
};
