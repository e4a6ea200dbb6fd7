import { application as applicationSchema, failed, done, type Application, type Outcome } from '../contract/index.js';
import { decodeCbor, encodeCbor, sameBytes } from '../cose/index.js';
import { checkPhoto, decideReplacement, decideValidity, kindOf, type Granted } from '../permit/index.js';
import { streamFiles, type StreamFiles } from '../card/index.js';
import { beginsAnew, checkReplacement, kindOfNumber, type DecidedReplacement, type Replacement } from './replacement.js';

/** Everything that was signed for one card, before its first byte is written. */
export interface Prepared {
  readonly files: StreamFiles;
  /** The endorsement carried over to this chip, counter 1; written after ACTIVATE. */
  readonly endorsement?: Uint8Array;
  /** Key 6 of the SOD: compressed point. */
  readonly chipKey: Uint8Array;
  /** The day in China of the signature, YYYY-MM-DD. */
  readonly cardDate: string;
  /** Card access number: six random digits, printed on the card (access.md 5). */
  readonly can: string;
  /** The CVCA certificate that the card is made to trust (`7F21`). */
  readonly trustPoint: Uint8Array;
  /** Seconds since 1970 UTC. */
  readonly issuedAt: number;
}

/** What is asked for. It lies in the journal while a card is unfinished, so that the card alone brings it back. */
export interface Draft {
  readonly application: Application;
  /** JPEG. */
  readonly photo: Uint8Array;
  /** Day of issue as the permit says, YYYY-MM-DD. */
  readonly issued: string;
  readonly residenceYears?: number;
  /** Another card of a permit that exists. */
  readonly replaces?: DecidedReplacement;
  /** The acceptance that it is made for. */
  readonly receipt?: string;
  readonly prepared?: Prepared;
}

/** What an issue may be told besides the application. */
export interface DraftOptions {
  readonly residenceYears?: number;
  readonly replaces?: Replacement;
  readonly receipt?: string;
}

/** The same application for the same permit; on which day it was decided does not matter. */
export const sameDraft = (a: Draft, b: Draft): boolean => sameBytes(wantedOf(a), wantedOf(b)) && sameBytes(a.photo, b.photo);
const wantedOf = ({ application, replaces }: Draft): Uint8Array => encodeCbor([application, replaces?.permitNumber ?? null, replaces?.reason ?? null]);

/** Parses and checks what was handed in. INPUT_INVALID names the fields; the other codes are `permit`'s, with the field or missing condition as detail. */
export function checkDraft(input: unknown, photo: Uint8Array, day: { readonly issued: string; readonly today: string }, options: DraftOptions = {}): Outcome<Draft> {
  const { residenceYears, receipt } = options;
  const { issued, today } = day;
  if (issued > today) return failed('DATE_IMPOSSIBLE', 'issued');
  const parsed = applicationSchema.safeParse(input);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(',') : 'application'));
    return failed('INPUT_INVALID', [...new Set(fields)].join(','));
  }
  const replaces = options.replaces === undefined ? undefined : checkReplacement(options.replaces, today);
  if (replaces?.ok === false) return replaces;
  const draft: Draft = {
    application: parsed.data,
    photo,
    issued: replaces === undefined || beginsAnew(replaces.value) ? issued : replaces.value.issued,
    ...(residenceYears === undefined ? {} : { residenceYears }),
    ...(replaces === undefined ? {} : { replaces: replaces.value }),
    ...(receipt === undefined ? {} : { receipt }),
  };
  const granted = decide(draft);
  if (!granted.ok) return granted;
  const facts = checkPhoto(photo);
  return facts.ok ? done(draft) : failed(facts.code, facts.detail);
}

/** The rules of the day of issue. Another card of a permit is not granted anew, unless it begins a new term. */
export function decide({ application, issued, residenceYears, replaces }: Draft): Outcome<Granted> {
  if (replaces !== undefined && kindOf(application) !== kindOfNumber(replaces.permitNumber)) return failed('INPUT_INVALID', 'kind');
  const granted =
    replaces === undefined || beginsAnew(replaces)
      ? decideValidity(application, { onDate: issued, ...(residenceYears === undefined ? {} : { residenceYears }) })
      : decideReplacement(application, { kind: kindOf(application), issued, expires: replaces.expires }, replaces.on);
  return granted.ok ? done(granted) : failed(granted.code, granted.detail);
}

const label = { application: 1, photo: 2, issued: 3, years: 4, files: 5, chipKey: 6, cardDate: 7, issuedAt: 8, replaces: 9, receipt: 10, endorsement: 11, can: 12, trustPoint: 13 } as const;

/** The journal's payload. */
export function encodeDraft(draft: Draft): Uint8Array {
  const { prepared } = draft;
  const map = new Map<number, unknown>([
    [label.application, JSON.stringify(draft.application)],
    [label.photo, draft.photo],
    [label.issued, draft.issued],
  ]);
  if (draft.residenceYears !== undefined) map.set(label.years, draft.residenceYears);
  if (draft.replaces !== undefined) map.set(label.replaces, JSON.stringify(draft.replaces));
  if (draft.receipt !== undefined) map.set(label.receipt, draft.receipt);
  if (prepared !== undefined) {
    if (prepared.endorsement !== undefined) map.set(label.endorsement, prepared.endorsement);
    map.set(label.files, streamFiles.map((name) => prepared.files[name]));
    map.set(label.chipKey, prepared.chipKey);
    map.set(label.cardDate, prepared.cardDate);
    map.set(label.issuedAt, prepared.issuedAt);
    map.set(label.can, prepared.can);
    map.set(label.trustPoint, prepared.trustPoint);
  }
  return encodeCbor(map);
}

/** The inverse. The journal is authenticated by its implementation: a payload of another shape is a bug and throws. */
export function decodeDraft(payload: Uint8Array): Draft {
  const map = decodeCbor(payload) as Map<number, unknown>;
  const years = map.get(label.years) as number | undefined;
  const replaces = map.get(label.replaces) as string | undefined;
  const receipt = map.get(label.receipt) as string | undefined;
  const endorsement = map.get(label.endorsement) as Uint8Array | undefined;
  const contents = map.get(label.files) as Uint8Array[] | undefined;
  const draft: Draft = {
    application: applicationSchema.parse(JSON.parse(map.get(label.application) as string)),
    photo: map.get(label.photo) as Uint8Array,
    issued: map.get(label.issued) as string,
    ...(years === undefined ? {} : { residenceYears: years }),
    ...(replaces === undefined ? {} : { replaces: JSON.parse(replaces) as DecidedReplacement }),
    ...(receipt === undefined ? {} : { receipt }),
  };
  if (contents === undefined) return draft;
  const prepared: Prepared = {
    files: Object.fromEntries(streamFiles.map((name, i) => [name, contents[i]])) as unknown as StreamFiles,
    chipKey: map.get(label.chipKey) as Uint8Array,
    cardDate: map.get(label.cardDate) as string,
    issuedAt: map.get(label.issuedAt) as number,
    can: map.get(label.can) as string,
    trustPoint: map.get(label.trustPoint) as Uint8Array,
    ...(endorsement === undefined ? {} : { endorsement }),
  };
  return { ...draft, prepared };
}
