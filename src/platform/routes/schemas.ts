/** OpenAPI of the calls. CBOR bodies are byte strings to OpenAPI; their shape is the CDDL of sync.md, told in the description. */
export const cbor = 'application/cbor';

const binary = { type: 'string', format: 'binary' } as const;

const errorSchema = {
  type: 'object',
  description: 'code: a stable failure code; message: an English sentence. SYNC_GAP adds expected, SYNC_EPOCH adds epoch.',
  properties: { code: { type: 'string' }, message: { type: 'string' }, expected: { type: 'integer' }, epoch: { type: 'integer' } },
  required: ['code', 'message'],
} as const;

const sentences: Readonly<Record<number, string>> = {
  400: 'INPUT_INVALID',
  401: 'TERMINAL_UNKNOWN, REQUEST_SIGNATURE, ENROL_CODE_WRONG',
  403: 'TERMINAL_BLOCKED, ROLE_REQUIRED',
  404: 'INPUT_INVALID, PERMIT_UNKNOWN',
  409: 'SYNC_GAP, SYNC_FORK, SYNC_EPOCH, SEQUENCE_BROKEN, NUMBERS_EXHAUSTED, ACCESS_RIGHT_MISSING',
  413: 'BATCH_TOO_LARGE',
  500: 'PLATFORM_FAULT',
  503: 'PLATFORM_BUSY, PLATFORM_FAULT, with Retry-After',
};

export const errorResponses = (...statuses: number[]): Record<number, unknown> =>
  Object.fromEntries([...statuses, 500, 503].map((status) => [status, { description: sentences[status] ?? '', content: { 'application/json': { schema: errorSchema } } }]));

export interface CallOf {
  readonly summary: string;
  /** CDDL of what is sent */
  readonly request?: string;
  /** CDDL of what is answered */
  readonly answer: string;
  readonly status?: number;
  readonly errors: readonly number[];
  readonly authenticated: boolean;
  readonly query?: Readonly<Record<string, unknown>>;
  /** parts of the path */
  readonly params?: Readonly<Record<string, unknown>>;
}

export const callSchema = ({ summary, request, answer, status = 200, errors, authenticated, query, params }: CallOf): Record<string, unknown> => ({
  summary,
  description: request === undefined ? `Answer: ${answer}` : `Body: ${request}. Answer: ${answer}`,
  ...(request === undefined ? {} : { consumes: [cbor], body: { content: { [cbor]: { schema: binary } } } }),
  ...(query === undefined ? {} : { querystring: { type: 'object', properties: query, required: Object.keys(query).filter((key) => key !== 'since' && key !== 'after') } }),
  ...(params === undefined ? {} : { params: { type: 'object', properties: params, required: Object.keys(params) } }),
  ...(authenticated ? { security: [{ cose: [] }] } : {}),
  response: { [status]: { description: answer, content: { [cbor]: { schema: binary } } }, ...errorResponses(...errors) },
});
