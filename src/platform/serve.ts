import { CodedError } from '../contract/index.js';
import type { Platform } from './platform.js';
import { buildServer, type ServerOptions } from './server.js';

export interface ServeOptions extends ServerOptions {
  /** 127.0.0.1 unless stated: TLS and the outside world are a proxy's */
  readonly host?: string;
  /** 0, unless stated: any free port */
  readonly port?: number;
  /** close on SIGTERM and SIGINT and end the process */
  readonly onSignals?: boolean;
}

export interface Serving {
  readonly url: string;
  readonly port: number;
  /** Takes no new request, lets those in hand end, closes server and platform. */
  close(): Promise<void>;
}

/** Serves a platform over HTTP. Throws CodedError INPUT_INVALID when the address cannot be had. */
export const serve = async (platform: Platform, options: ServeOptions = {}): Promise<Serving> => {
  const app = await buildServer(platform, options);
  let url: string;
  try {
    url = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  } catch (cause) {
    await app.close();
    throw new CodedError('INPUT_INVALID', 'address in use or not allowed', { cause });
  }
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= app.close().then(() => platform.close()));
  if (options.onSignals === true) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        void close().then(
          () => process.exit(0),
          () => process.exit(1),
        );
      });
    }
  }
  return { url, port: Number(new URL(url).port), close };
};
