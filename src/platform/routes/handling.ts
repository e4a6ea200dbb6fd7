import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform.js';
import { authenticate, type Authenticated } from '../request-auth.js';
import { signServerTime } from '../signed-objects.js';
import type { Terminal } from '../storage/ports.js';
import { cbor } from './schemas.js';

/** What the routes have in common: bodies, tags, authentication. */
const noBody = new Uint8Array(0);
export const bodyOf = (request: FastifyRequest): Uint8Array => (request.body instanceof Uint8Array ? request.body : noBody);

export const send = (reply: FastifyReply, bytes: Uint8Array): FastifyReply => reply.type(cbor).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
/** `no-cache`: always ask again, but a 304 is enough. */
export const sendTagged = (request: FastifyRequest, reply: FastifyReply, token: Uint8Array, etag: string): FastifyReply => {
  void reply.header('ETag', etag).header('Cache-Control', 'no-cache');
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : send(reply, token);
};

/** What the handlers of authenticated calls are given. The promise is already made good: the body was read and its signature verified. */
export type Handler = (request: FastifyRequest, reply: FastifyReply, terminal: Terminal) => Promise<FastifyReply>;
export type Authenticating = (handler: Handler) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export const integer = (text: unknown): number | undefined => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined);

export const authenticating =
  (platform: Platform): Authenticating =>
  (handler) =>
  async (request, reply) => {
    const { terminal, nonce }: Authenticated = await authenticate(platform.storage.terminals, {
      method: request.method,
      url: request.raw.url ?? '',
      authorization: request.headers.authorization,
      body: bodyOf(request),
    });
    // Set before the handler runs: a refusal carries the platform's time too.
    void reply.header('Server-Time', Buffer.from(signServerTime(platform.keys, platform.clock(), nonce)).toString('base64url'));
    return handler(request, reply, terminal);
  };
