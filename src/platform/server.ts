import swagger from '@fastify/swagger';
import Fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { CodedError, limits, type FailureCode } from '../contract/index.js';
import type { Platform } from './platform.js';
import { limitInHand } from './pressure.js';
import { errorBody, HttpRefusal } from './refusal.js';
import { syncRoutes } from './routes/sync-routes.js';

export const platformVersion = '0.1.0';

/** Of a request the log holds method, path and number; of an error its class and code: no header, no body, no address, no text of an exception. */
const logger = (level: string): Exclude<FastifyServerOptions['logger'], undefined> =>
  level === 'silent'
    ? false
    : {
        level,
        redact: { paths: ['req.headers', 'headers', 'body', '*.authorization'], remove: true },
        serializers: {
          req: (request: { method: string; url: string; id: string }) => ({ method: request.method, path: request.url.split('?')[0], id: request.id }),
          res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
          err: (error: Error & { code?: string }) => ({ type: error.name, message: '', stack: '', ...(error.code === undefined ? {} : { code: error.code }) }),
        },
      };

const bodyLimit = limits.batchBytes + 65_536;

interface Answer {
  readonly status: number;
  readonly code: FailureCode;
  readonly more?: Readonly<Record<string, number>>;
  readonly retryAfter?: number | undefined;
}

/** Every exception to status and code, once. */
const answerOf = (error: unknown): Answer => {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof CodedError) {
    // The disk may be freed, the lock may pass, the key module may come back: the terminal keeps its records and comes again.
    return ['DISK_FULL', 'STORAGE_LOCKED', 'HSM_UNAVAILABLE'].includes(error.code) ? { status: 503, code: 'PLATFORM_FAULT', retryAfter: 30 } : { status: 500, code: 'PLATFORM_FAULT' };
  }
  const { statusCode } = error as Partial<FastifyError>;
  if (statusCode === 413) return { status: 413, code: 'BATCH_TOO_LARGE' };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return { status: statusCode, code: 'INPUT_INVALID' };
  return { status: 500, code: 'PLATFORM_FAULT' };
};

export interface ServerOptions {
  /** pino's levels; `silent` unless stated */
  readonly logLevel?: string;
}

const healthSchema = {
  summary: 'Is the platform up; how much it holds',
  response: {
    200: {
      description: 'Version and counts, no personal data',
      type: 'object',
      properties: {
        version: { type: 'string' },
        environment: { type: 'string' },
        time: { type: 'integer' },
        terminals: { type: 'integer' },
        permits: { type: 'integer' },
        records: { type: 'integer' },
        quarantined: { type: 'integer' },
      },
    },
  },
};

/** The HTTP server of a platform, not yet listening. Closing it does not close the platform. */
export const buildServer = async (platform: Platform, options: ServerOptions = {}): Promise<FastifyInstance> => {
  const app: FastifyInstance = Fastify({
    logger: logger(options.logLevel ?? 'silent'),
    logController: new LogController({ disableRequestLogging: true }),
    // A batch at its limit still carries its head and its framing; what is longer is refused before it is in memory.
    bodyLimit,
    return503OnClosing: true,
  });
  // What is in the schemas documents; what is checked, is checked on the decoded CBOR.
  app.setValidatorCompiler(() => () => true);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/cbor', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, typeof body === 'string' ? undefined : new Uint8Array(body));
  });
  limitInHand(app, platform.settings, bodyLimit);
  app.setErrorHandler((error, request, reply) => {
    const { status, code, more, retryAfter } = answerOf(error);
    if (status >= 500 && code !== 'PLATFORM_BUSY') request.log.error({ err: error }, code);
    if (retryAfter !== undefined) void reply.header('Retry-After', String(retryAfter));
    return reply.code(status).type('application/json').send(JSON.stringify(errorBody(code, more)));
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('application/json').send(JSON.stringify(errorBody('INPUT_INVALID'))));

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Residence permit platform', version: platformVersion, description: 'Sync of terminals; normative text: firmware-specs/sync.md' },
      components: { securitySchemes: { cose: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'COSE <base64url of a COSE_Sign1, typ wz-req> (sync.md 2)' } } },
    },
  });
  await app.register((routes, _options, registered) => {
    syncRoutes(routes, platform);
    routes.get('/v1/health', { schema: healthSchema }, async () => {
      const counts = await platform.storage.permits.counts();
      const { terminals, permits, records, quarantined } = counts;
      return { version: platformVersion, environment: platform.keys.environment, time: platform.clock(), terminals, permits, records, quarantined };
    });
    routes.get('/v1/openapi.json', { schema: { summary: 'This document', response: { 200: { description: 'OpenAPI 3.1', type: 'object', additionalProperties: true } } } }, () => app.swagger());
    registered();
  });
  await app.ready();
  return app;
};
