import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { encodeCbor, sealTo } from '../../cose/index.js';
import { maxCertificateBytes } from '../../cvc/index.js';
import { deriveKeySets } from '../card-keys.js';
import { codeTables, codeTablesVersion } from '../code-tables.js';
import { enrol } from '../enrolment.js';
import type { Platform } from '../platform.js';
import { HttpRefusal } from '../refusal.js';
import { authenticating, bodyOf, integer, send, sendTagged, type Authenticating } from './handling.js';
import { lookupRoutes } from './lookup-routes.js';
import { terminalCertificate } from '../terminal-certificate.js';
import { callSchema } from './schemas.js';

const numberBlockOf = (query: Record<string, unknown>): { division: string; year: number; kind: number } => {
  const { division } = query;
  const year = integer(query['year']);
  const kind = integer(query['kind']);
  if (typeof division !== 'string' || !/^\d{6}$/.test(division) || year === undefined || year < 2009 || year > 9999 || (kind !== 1 && kind !== 2)) {
    throw new HttpRefusal(400, 'INPUT_INVALID');
  }
  return { division, year, kind };
};

const pullRoutes = (app: FastifyInstance, platform: Platform, authenticated: Authenticating): void => {
  const call = (summary: string, answer: string, query?: Record<string, unknown>) =>
    callSchema({ summary, answer, errors: [400, 401, 403], authenticated: true, ...(query === undefined ? {} : { query }) });

  app.get('/v1/trust', {
    schema: call('The trust list in force', 'TrustList as COSE_Sign1 (payload.cddl)'),
    handler: authenticated(async (request, reply) => {
      const { number, token } = await platform.trust();
      return sendTagged(request, reply, token, `"t${number}"`);
    }),
  });
  app.get('/v1/status-list', {
    schema: call('The statuses of all permits', 'StatusListToken as COSE_Sign1 (payload.cddl)'),
    handler: authenticated(async (request, reply) => {
      const { token, etag } = await platform.statusList();
      return sendTagged(request, reply, token, etag);
    }),
  });
  app.get('/v1/delegation', {
    schema: call('A certificate for the key of the terminal', '{1: bstr .cbor kcwt, 2: [first index, last index]}'),
    handler: authenticated(async (_request, reply, terminal) => {
      const { token, firstIndex, lastIndex } = await platform.delegation(terminal);
      return send(reply, encodeCbor(new Map<number, unknown>([[1, token], [2, [firstIndex, lastIndex]]])));
    }),
  });
  app.get('/v1/number-blocks', {
    schema: call('A block of permit numbers', '{1: division, 2: year, 3: kind, 4: first, 5: last}', {
      division: { type: 'string', pattern: '^[0-9]{6}$' },
      year: { type: 'integer' },
      kind: { type: 'integer', enum: [1, 2] },
    }),
    handler: authenticated(async (request, reply, terminal) => {
      const of = numberBlockOf(request.query as Record<string, unknown>);
      // A terminal cannot use numbers of a division that its certificate does not cover.
      if (!terminal.prefixes.some((prefix) => of.division.startsWith(prefix))) throw new HttpRefusal(400, 'DIVISION_UNKNOWN');
      const block = await platform.storage.stock.numberBlock(terminal.id, of, platform.settings.numberBlock);
      if (block === undefined) throw new HttpRefusal(409, 'NUMBERS_EXHAUSTED');
      return send(reply, encodeCbor(new Map<number, unknown>([[1, of.division], [2, of.year], [3, of.kind], [4, block.first], [5, block.last]])));
    }),
  });
  app.get('/v1/key-sets', {
    schema: call('Key sets of the allotted blanks', 'bstr: sealed to the terminal, [ * {1: serial, 2: key version, 3: enc, 4: mac, 5: dek} ]'),
    handler: authenticated(async (_request, reply, terminal) => {
      const serials = await platform.storage.stock.allottedBlanks(terminal.id);
      const sets = await deriveKeySets(platform.keys.cardMaster, serials.map((serial) => new Uint8Array(Buffer.from(serial, 'hex'))));
      const list = sets.map((keys) => new Map<number, unknown>([[1, keys.serial], [2, keys.keyVersion], [3, keys.enc], [4, keys.mac], [5, keys.dek]]));
      return send(reply, encodeCbor(sealTo(terminal.x25519).seal(encodeCbor(list))));
    }),
  });
  app.get('/v1/code-tables', {
    schema: call('Code tables newer than a version', '{1: version, 2: {* table => [* [code, name, from, until]]}}', { since: { type: 'integer' } }),
    handler: authenticated(async (request, reply) => {
      const { since } = request.query as Record<string, unknown>;
      const held = since === undefined ? 0 : integer(since);
      if (held === undefined) throw new HttpRefusal(400, 'INPUT_INVALID');
      return sendTagged(request, reply, codeTables(held, platform.clock()), `"c${codeTablesVersion}-${held}-${today(platform.clock())}"`);
    }),
  });
};

/** The divisions in force change with the day. */
const today = (now: number): string => createHash('sha256').update(String(Math.floor(now / 86_400))).digest('hex').slice(0, 8);

/** The calls of sync.md. */
export const syncRoutes = (app: FastifyInstance, platform: Platform): void => {
  const authenticated = authenticating(platform);
  app.post('/v1/terminals/enrol', {
    schema: callSchema({
      summary: 'Enter a terminal by a one-time code',
      request: 'COSE_Sign1, typ wz-enrol, of {1: secret, 2: name, 3: ed25519 key, 4: x25519 public}',
      answer: '{1: terminal id, 2: root COSE_Key, 3: bstr .cbor TrustList, 4: platform x25519 public, 5: bstr .cbor server time}',
      status: 201,
      errors: [400, 401, 413],
      authenticated: false,
    }),
    bodyLimit: 16_384,
    handler: async (request, reply) => send(reply.code(201), await enrol(platform, bodyOf(request))),
  });
  app.post('/v1/records', {
    schema: callSchema({
      summary: 'Push a batch of records',
      request: '[ bstr .cbor batch, [ + [seq, type, priority, captured at, sealed] ] ]',
      answer: 'receipt, COSE_Sign1, typ wz-receipt',
      errors: [400, 401, 403, 409, 413],
      authenticated: true,
    }),
    handler: authenticated(async (request, reply, terminal) => send(reply, await platform.intake.push(bodyOf(request), terminal, () => platform.prepareContext()))),
  });
  app.post('/v1/advance', {
    schema: callSchema({
      summary: 'Records of priority 0, ahead of the queue',
      request: '[ bstr .cbor advance, [ + [seq, type, priority, captured at, sealed] ] ]',
      answer: 'COSE_Sign1, typ wz-advanced, of {1: terminal, 2: epoch, 3: time, 4: [* [seq, code / null]]}',
      errors: [400, 401, 403, 409, 413],
      authenticated: true,
    }),
    handler: authenticated(async (request, reply, terminal) => send(reply, await platform.intake.advance(bodyOf(request), terminal, () => platform.prepareContext()))),
  });
  app.post('/v1/terminal-certificate', {
    schema: callSchema({
      summary: 'A card-verifiable certificate for a key of the terminal, with all that leads to it',
      request: '7F21, a certificate request with CHR CN + terminal id + 00000 (terminal-authentication.md 1)',
      answer: 'COSE_Sign1, typ wz-access, of {1: [+ CVCA certificate], 2: document verifier certificate, 3: terminal certificate, 4: time}, each certificate a bstr',
      errors: [400, 401, 403, 409, 413],
      authenticated: true,
    }),
    bodyLimit: maxCertificateBytes,
    handler: authenticated(async (request, reply, terminal) => send(reply, await terminalCertificate(platform, bodyOf(request), terminal))),
  });
  pullRoutes(app, platform, authenticated);
  lookupRoutes(app, platform, authenticated);
};
