import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { ReaderState } from '../../../drivers/pcsc/index.js';
import { ChannelError } from '../../card/index.js';
import type { Finding } from '../../contract/index.js';
import { found } from './found.js';

export const systemSocket = '/run/pcscd/pcscd.comm';
const answerMs = 2_000;

const answersAt = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const client = connect(socket);
    const end = (answers: boolean): void => {
      client.destroy();
      resolve(answers);
    };
    client.setTimeout(answerMs, () => end(false));
    client.once('connect', () => end(true));
    client.once('error', () => end(false));
  });

/** pcscd behind its socket. Where systems have none (Windows, macOS) the list of readers tells. */
export const findCardService = async (socket: string, platform: NodeJS.Platform = process.platform): Promise<Finding> => {
  if (platform !== 'linux') return found('card-service', 'ok', 'card-service-answers', {});
  if (!existsSync(socket)) return found('card-service', 'fail', 'card-service-missing', {}, 'start-card-service');
  return (await answersAt(socket)) ? found('card-service', 'ok', 'card-service-answers', {}) : found('card-service', 'fail', 'card-service-silent', {}, 'start-card-service');
};

/** A reader with the answer to reset of the card in it. */
const readerText = ({ name, cardPresent, atr }: ReaderState): string => (cardPresent ? `${name} (ATR ${atr === '' ? '–' : atr})` : name);

export const findReaders = async (list: () => Promise<readonly ReaderState[]>): Promise<Finding> => {
  try {
    const readers = await list();
    const mute = readers.filter((reader) => reader.mute);
    if (readers.length === 0) return found('readers', 'fail', 'readers-none', {}, 'connect-reader');
    if (mute.length > 0) return found('readers', 'warn', 'readers-mute', { readers: mute.map(({ name }) => name).join(', ') }, 'turn-card');
    return found('readers', 'ok', 'readers-found', { count: readers.length, readers: readers.map(readerText).join(', ') });
  } catch (error) {
    if (error instanceof ChannelError) return found('readers', 'fail', 'readers-unreachable', { code: error.code }, 'start-card-service');
    throw error;
  }
};
