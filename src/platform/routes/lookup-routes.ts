import type { FastifyInstance } from 'fastify';
import { configNames, type ConfigName } from '../../contract/index.js';
import { encodeCbor } from '../../cose/index.js';
import { signedConfig } from '../config.js';
import { permitFactsOf, signPermitFacts } from '../permit-facts.js';
import { personPermits } from '../person-permits.js';
import type { Platform } from '../platform.js';
import { HttpRefusal } from '../refusal.js';
import { bodyOf, integer, send, sendTagged, type Authenticating } from './handling.js';
import { callSchema } from './schemas.js';

const mostStatuses = 1_000;

const parameter = (params: unknown, name: string): string => String((params as Record<string, unknown>)[name]);
const isConfigName = (name: string): name is ConfigName => (configNames as readonly string[]).includes(name);

/** Pulls of signed settings, of a permit by its number and of what became of records (sync.md 5). */
export const lookupRoutes = (app: FastifyInstance, platform: Platform, authenticated: Authenticating): void => {
  const { keys, storage, boxes } = platform;
  app.get('/v1/config/:name', {
    schema: callSchema({
      summary: 'Named settings: rules, operators, catalogue, notices, number-index',
      answer: 'COSE_Sign1, typ wz-config, of {1: name, 2: version, 3: issued at, 4: contents}',
      errors: [401, 403, 404],
      authenticated: true,
      params: { name: { type: 'string', enum: configNames } },
    }),
    handler: authenticated(async (request, reply, terminal) => {
      const name = parameter(request.params, 'name');
      if (!isConfigName(name)) throw new HttpRefusal(404, 'INPUT_INVALID');
      const { token, etag } = await signedConfig(name, terminal, { keys, storage, boxes });
      return sendTagged(request, reply, token, etag);
    }),
  });
  app.get('/v1/permits/:number', {
    schema: callSchema({
      summary: 'State, dates and cards of a permit; nothing of its holder',
      answer:
        'COSE_Sign1, typ wz-permit, of {1: number, 2: state, 3: kind, 4: issued on, 5: expires on / null, 6: endorsed until / null, 7: [* [serial, status index, status]], 8: time, 9: years count from / null}',
      errors: [400, 401, 403, 404],
      authenticated: true,
      params: { number: { type: 'string', pattern: '^[0-9]{18}$' } },
    }),
    handler: authenticated(async (request, reply) => {
      const number = parameter(request.params, 'number');
      if (!/^\d{18}$/.test(number)) throw new HttpRefusal(400, 'INPUT_INVALID');
      const facts = await permitFactsOf(storage, number, platform.clock());
      if (facts === undefined) throw new HttpRefusal(404, 'PERMIT_UNKNOWN');
      return send(reply, signPermitFacts(keys, facts));
    }),
  });
  app.post('/v1/persons/permits', {
    schema: callSchema({
      summary: 'The permits of a person by the ID number; who asks is kept',
      request: 'sealed (sync.md 3) to the platform: {1: ID number, 2: operator, 3: purpose, 4: nonce 16}',
      answer: 'COSE_Sign1, typ wz-person, of {1: nonce, 2: sealed to the terminal: [* {1: number, 2: state, 3: kind, 4: issued on, 5: expires on / null, 6: endorsed until / null, 7: division, 8: masked name, 9: birth}], 3: time}',
      errors: [400, 401, 403, 409, 413],
      authenticated: true,
    }),
    bodyLimit: 1_024,
    handler: authenticated(async (request, reply, terminal) => send(reply, await personPermits(platform, bodyOf(request), terminal))),
  });
  app.get('/v1/record-status', {
    schema: callSchema({
      summary: 'What became of the records of an epoch',
      answer: '{1: epoch, 2: [* [seq, outcome, code / null]], 3: next / null, 4: epoch that is taken}',
      errors: [400, 401, 403],
      authenticated: true,
      query: { epoch: { type: 'integer' }, after: { type: 'integer' } },
    }),
    handler: authenticated(async (request, reply, terminal) => {
      const { epoch: epochText, after: afterText = '0' } = request.query as Record<string, unknown>;
      const [epoch, after] = [integer(epochText), integer(afterText)];
      if (epoch === undefined || after === undefined) throw new HttpRefusal(400, 'INPUT_INVALID');
      const statuses = await storage.lookups.recordStatuses(terminal.id, epoch, after, mostStatuses);
      const next = statuses.length < mostStatuses ? null : (statuses.at(-1)?.seq ?? null);
      const rows = statuses.map(({ seq, outcome, code }) => [seq, outcome, code ?? null]);
      return send(reply, encodeCbor(new Map<number, unknown>([[1, epoch], [2, rows], [3, next], [4, terminal.epoch]])));
    }),
  });
};
