import type { FastifyInstance } from 'fastify';
import { HttpRefusal } from './refusal.js';
import type { Settings } from './settings.js';

/** Seconds after which a terminal that was refused for pressure comes again. */
export const busyRetryAfter = 5;

/**
 * Counts requests with a body that are in hand, and their bytes, and refuses the next one before its body is read when it would be too much (sync.md
 * 4.3): memory is bounded by the settings, not by how many terminals come at once. A body of unstated length counts as the longest.
 */
export const limitInHand = (app: FastifyInstance, { inHandRequests, inHandBytes }: Pick<Settings, 'inHandRequests' | 'inHandBytes'>, longestBody: number): void => {
  let [requests, bytes] = [0, 0];
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'POST') {
      done();
      return;
    }
    const stated = Number(request.headers['content-length'] ?? longestBody);
    const length = Number.isSafeInteger(stated) && stated >= 0 ? Math.min(stated, longestBody) : longestBody;
    if (requests >= inHandRequests || bytes + length > inHandBytes) {
      done(new HttpRefusal(503, 'PLATFORM_BUSY', {}, busyRetryAfter));
      return;
    }
    requests += 1;
    bytes += length;
    // Both ends of a response, answered or broken off; whichever comes first.
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      requests -= 1;
      bytes -= length;
    };
    reply.raw.once('finish', release);
    reply.raw.once('close', release);
    done();
  });
};
