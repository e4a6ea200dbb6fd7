import { ethnicGroupNames, type EthnicGroup } from '../../../../contract/index.js';

/** The group that was meant: its number, its name in either language (with or without 族), or a beginning that only one name has. */
export const groupOf = (typed: string): EthnicGroup | undefined => {
  const text = typed.normalize('NFKC').trim().toLowerCase();
  if (text === '') return undefined;
  if (/^\d+$/.test(text)) return ethnicGroupNames.find(({ code }) => code === Number(text));
  const wanted = text.length > 1 ? text.replace(/族$/u, '') : text;
  const exact = ethnicGroupNames.find(({ zh, en }) => zh === wanted || en.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const begun = ethnicGroupNames.filter(({ zh, en }) => zh.startsWith(wanted) || en.toLowerCase().startsWith(wanted));
  return begun.length === 1 ? begun[0] : undefined;
};
