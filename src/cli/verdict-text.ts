import { done, type Outcome } from '../contract/index.js';
import type { Read, Verified } from '../workflows/index.js';
import type { Output } from './output.js';

const words: Record<string, string> = {
  valid: '✓ 有效 VALID', suspended: '‖ 暂停 SUSPENDED', expired: '‖ 已过期 EXPIRED', revoked: '✕ 已注销 REVOKED', cloned: '⧉ 疑似复制卡 CLONED', forged: '✕ 签名不符 FORGED',
  'rolled-back': '✕ 数据被回退 ROLLED BACK', unconfirmed: '? 待确认 UNCONFIRMED', undetermined: '? 无法确定 UNDETERMINED',
};

const flat = (verdict: Verified['verdict'], traffic: Verified['traffic'], seq: number) => ({ ...verdict, seq, traffic });

export const verdictAnswer = (outcome: Outcome<Verified>): Outcome<object> => (outcome.ok ? done(flat(outcome.value.verdict, outcome.value.traffic, outcome.value.seq)) : outcome);

/** The contents a person asked to see; the photo as its size, a terminal cannot show it. */
export const readAnswer = (outcome: Outcome<Read>): Outcome<object> => {
  if (!outcome.ok) return outcome;
  const { verdict, traffic, seq, contents, closed } = outcome.value;
  const without = <T extends object>(value: T): object => Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'salt' && name !== 'thumbprint'));
  const shown =
    contents === undefined
      ? undefined
      : { permit: without(contents.permit), holder: without(contents.holder), photoBytes: contents.photo.length, ...(contents.residence === undefined ? {} : { residence: without(contents.residence) }), ...(contents.services.length === 0 ? {} : { services: Object.fromEntries(contents.services.map(({ department, state }) => [department, state])) }) };
  return done({ ...flat(verdict, traffic, seq), ...(shown === undefined ? {} : { contents: shown }), ...(closed === undefined ? {} : { closed: closed.code }) });
};

interface Line {
  readonly check: string;
  readonly result: string;
  readonly reason: string;
}

export const verdictText = (output: Output, value: Record<string, unknown>): void => {
  output.line(words[String(value['result'])] ?? String(value['result']));
  for (const { check, result, reason } of value['lines'] as Line[]) output.line(`  ${result === 'valid' ? '✓' : '–'} ${check.padEnd(10)} ${reason}`);
  const age = value['statusListAgeSeconds'];
  if (typeof age === 'number') output.line(`  名单 list ${Math.floor(age / 3600)} h`);
  for (const [part, fields] of Object.entries((value['contents'] as Record<string, unknown> | undefined) ?? {})) {
    if (typeof fields !== 'object' || fields === null) output.line(`  ${part} ${String(fields)}`);
    else for (const [name, each] of Object.entries(fields)) output.line(`  ${part}.${name} ${String(each)}`);
  }
};
