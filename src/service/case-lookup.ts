import type { FoundCase } from '../contract/index.js';
import { idNumberDigest, maskName, type Draft, type SearchableRecord } from '../outbox/index.js';
import { normaliseIdNumber } from '../permit/index.js';
import { formDraftOf } from './form-drafts.js';
import { openApplicationOf } from './open-applications.js';

/** A case in memory, and what it is found by. Names are folded as a query is; of an ID number there is the end and a digest. */
export interface Case {
  readonly name: string;
  readonly idEnd: string;
  readonly idDigest: string;
  readonly permitNumber: string;
  readonly receipt: string;
  readonly found: FoundCase;
}

/** Names as they are compared: case, width, spaces and middle dots do not matter. */
export const foldName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/[\s·•・‧]/gu, '');

interface Named {
  readonly name: string;
  readonly idNumber: string;
}
const byName = ({ name, idNumber }: Named): Pick<Case, 'name' | 'idEnd' | 'idDigest'> => {
  const id = normaliseIdNumber(idNumber);
  return { name: foldName(name), idEnd: id.slice(-4), idDigest: id === '' ? '' : idNumberDigest(id) };
};

const given = <K extends string>(name: K, value: string): { readonly [N in K]?: string } => (value === '' ? {} : ({ [name]: value } as { readonly [N in K]?: string }));

/** A form or an open application in the outbox's drafts; undefined: a draft of another shape. */
export const caseOfDraft = ({ id, content, savedAt }: Draft): Case | undefined => {
  if (id.startsWith('f-')) {
    const draft = formDraftOf(content);
    if (draft === undefined) return undefined;
    const { name = '', idNumber = '' } = draft.form;
    const [permitNumber, receipt] = [draft.issued?.permitNumber ?? draft.permitNumber ?? '', draft.receipt ?? ''];
    const its = { ...byName({ name: name.trim(), idNumber }), permitNumber, receipt };
    const found: FoundCase = { kind: 'draft', maskedName: maskName(name.trim()), idEnd: its.idEnd, reference: draft.id, draft: draft.id, ...given('receipt', receipt), ...given('permitNumber', permitNumber), what: draft.step, at: draft.savedAt ?? savedAt };
    return { ...its, found };
  }
  const open = id.startsWith('application-') ? openApplicationOf(content) : undefined;
  if (open === undefined) return undefined;
  const { receipt, application, permitNumber = '', file } = open;
  const its = { ...byName(application), permitNumber, receipt };
  return { ...its, found: { kind: 'application', maskedName: maskName(application.name), idEnd: its.idEnd, reference: receipt, receipt, ...given('permitNumber', permitNumber), what: file.state, at: savedAt } };
};

/** A record of this counter. `known`: the person of the same permit or slip, from a record before, where this one names nobody. */
export const caseOfRecord = (record: SearchableRecord, known: Case | undefined): Case => {
  const { type, reference, at } = record;
  const permitNumber = /^\d{18}$/.test(reference) ? reference : '';
  const receipt = record.receipt !== '' ? record.receipt : permitNumber === '' && /^[DSF]\d{8}-/.test(reference) ? reference : '';
  const own = record.name !== '' || known === undefined;
  const its = own ? { name: foldName(record.name), idEnd: record.idEnd, idDigest: record.idDigest } : { name: known.name, idEnd: known.idEnd, idDigest: known.idDigest };
  const maskedName = own ? record.maskedName : known.found.maskedName;
  return { ...its, permitNumber, receipt, found: { kind: 'record', maskedName, idEnd: its.idEnd, reference, ...given('receipt', receipt), ...given('permitNumber', permitNumber), what: type, at } };
};

/** Whether a case is meant by what was typed: a whole ID or permit number, the last four of an ID number, the beginning of a permit number, slip or name. Undefined: nothing was typed. */
export const matching = (typed: string): ((its: Case) => boolean) | undefined => {
  const code = normaliseIdNumber(typed).replaceAll(' ', '');
  if (code === '') return undefined;
  if (/^\d{17}[\dX]$/.test(code)) {
    const digest = idNumberDigest(code);
    return ({ idDigest, permitNumber }) => idDigest === digest || permitNumber === code;
  }
  if (/^\d{3}[\dX]$/.test(code)) return ({ idEnd }) => idEnd === code;
  if (/^\d+$/.test(code)) return ({ permitNumber }) => permitNumber.startsWith(code);
  if (/^[DSF]\d/.test(code)) return ({ receipt }) => receipt.startsWith(code);
  const name = foldName(typed);
  return name === '' ? undefined : (its) => its.name.startsWith(name);
};
