import { Socket } from 'node:net';
import { dispositions, secondObject, type NativeReader } from './binding.js';
import { translate, type Translated } from './errors.js';
import { decodeJson, encodeFrame, encodeJson, FrameReader, kinds, splitHandle, type Frame, type Kind } from './frames.js';
import type { ConnectedMessage, ConnectMessage, ReadersMessage, RefusedMessage } from './messages.js';
import { NativeChannel, NativeError } from './native-channel.js';
import { ReaderMonitor } from './reader-monitor.js';

/**
 * The reader process: native code that may hang or die lives here and nowhere else. It hears frames on file descriptor 3 and answers on 4 (native
 * libraries print on 1 and 2), keeps no time and tries nothing twice: the supervisor counts, kills and starts anew. It ends when the descriptor closes, so it never
 * outlives the service.
 */
const calls = new Socket({ fd: 3, readable: true, writable: false });
const answers = new Socket({ fd: 4, readable: false, writable: true });
const send = (id: number, kind: Kind, payload?: Uint8Array): boolean => answers.write(encodeFrame(id, kind, payload));

/** Says why and goes. Not by closing every reader: one close() can wait for ever, and pcscd cleans up after a client that is gone. */
const retire = (reason: RefusedMessage): void => {
  answers.end(encodeFrame(0, kinds.retired, encodeJson(reason)), () => process.exit(0));
};

const refusalOf = (error: unknown): Translated => {
  if (error instanceof NativeError) return error.reason;
  return translate(error instanceof Error ? error : new Error(String(error)));
};

const openMonitor = (): ReaderMonitor | undefined => {
  try {
    return new ReaderMonitor(() => {
      send(0, kinds.changed, encodeJson({ readers: monitor?.snapshot() ?? [] } satisfies ReadersMessage));
    }, retire);
  } catch (error) {
    const { detail } = refusalOf(error);
    retire({ code: 'READER_SERVICE_DOWN', detail });
    return undefined;
  }
};

/** Native objects are kept for good and used again: their destructor joins a thread that objects without a monitor never had. */
const idle = new Map<string, NativeReader[]>();
interface Open {
  readonly channel: NativeChannel;
  readonly object: NativeReader;
  /** What the newest command answers; undefined when it failed or was held back. */
  newest: Promise<Uint8Array | undefined>;
}
const channels = new Map<number, Open>();
let lastHandle = 0;
let spoilt = false;

const connect = async (monitor: ReaderMonitor, { reader: name }: ConnectMessage): Promise<ConnectedMessage> => {
  const watched = await monitor.find(name);
  if (watched === undefined) throw new NativeError({ code: 'READER_NOT_FOUND', detail: 'not in the list of PC/SC' });
  const object = idle.get(name)?.pop() ?? secondObject(watched);
  try {
    const channel = await NativeChannel.open(object);
    lastHandle += 1;
    channels.set(lastHandle, { channel, object, newest: Promise.resolve(undefined) });
    return { handle: lastHandle, atr: await monitor.atrOf(name) };
  } catch (error) {
    putBack(object);
    throw error;
  }
};

const putBack = (object: NativeReader): void => {
  idle.set(object.name, [...(idle.get(object.name) ?? []), object]);
};

const disconnect = async (handle: number, disposition: keyof typeof dispositions): Promise<void> => {
  const entry = channels.get(handle);
  if (entry === undefined) return;
  channels.delete(handle);
  try {
    await entry.channel.close(disposition);
    putBack(entry.object);
  } catch {
    // The binding goes on believing that this object is connected, and PC/SC may hold the reader for us. Only a new process is clean.
    spoilt = true;
  }
};

const openOf = (payload: Uint8Array): { entry: Open; rest: Uint8Array } => {
  const { handle, rest } = splitHandle(payload);
  const entry = channels.get(handle);
  if (entry === undefined) throw new NativeError({ code: 'CARD_REMOVED', detail: 'connection is closed' });
  return { entry, rest };
};

const newest = <T extends Uint8Array | undefined>(entry: Open, answering: Promise<T>): Promise<T> => {
  entry.newest = answering.catch(() => undefined);
  return answering;
};

const succeeded = (answer: Uint8Array | undefined): boolean => answer?.at(-2) === 0x90 && answer.at(-1) === 0x00;

const answer = async (monitor: ReaderMonitor, { kind, payload }: Frame): Promise<Uint8Array> => {
  switch (kind) {
    case kinds.readers:
      return encodeJson({ readers: await monitor.readers() } satisfies ReadersMessage);
    case kinds.connect:
      return encodeJson(await connect(monitor, decodeJson(payload) as ConnectMessage));
    case kinds.transmit: {
      const { entry, rest } = openOf(payload);
      return newest(entry, entry.channel.transmit(rest));
    }
    case kinds.follow: {
      const { entry, rest } = openOf(payload);
      const before = entry.newest;
      const followed = before.then((answer) => (succeeded(answer) ? entry.channel.transmit(rest) : undefined));
      return (await newest(entry, followed)) ?? new Uint8Array();
    }
    case kinds.disconnect: {
      const { handle, rest } = splitHandle(payload);
      await disconnect(handle, rest[0] === dispositions.leave ? 'leave' : 'reset');
      return new Uint8Array();
    }
    default:
      throw new RangeError(`unknown call ${kind}`);
  }
};

const serve = async (monitor: ReaderMonitor, frame: Frame): Promise<void> => {
  try {
    send(frame.id, kinds.done, await answer(monitor, frame));
  } catch (error) {
    const { code, detail, contextLost } = refusalOf(error);
    send(frame.id, kinds.refused, encodeJson({ code, detail } satisfies RefusedMessage));
    if (contextLost === true) retire({ code, detail });
  }
  if (spoilt && channels.size === 0) retire({ code: 'READER_PROCESS_DIED', detail: 'a connection could not be closed' });
};

const monitor = openMonitor();
const frames = new FrameReader();
calls.on('data', (chunk: Uint8Array) => {
  for (const frame of frames.push(chunk)) {
    if (frame.kind === kinds.exit) {
      void Promise.all([...channels.keys()].map((handle) => disconnect(handle, 'reset'))).then(() => process.exit(0));
    } else if (monitor !== undefined) void serve(monitor, frame);
  }
});
for (const pipe of [calls, answers]) pipe.on('close', () => process.exit(0)).on('error', () => process.exit(0));
