import type { ApplicationForm, Duplicate } from '../../../../contract/index.js';

/** Somebody new beside somebody who was found: what of the two can be compared without showing more of the found one than is known here. */
export interface Compared {
  readonly key: 'name' | 'birth' | 'idEnd';
  readonly ours: string;
  readonly found: string;
  readonly differs: boolean;
}

/** First character and asterisks, as found cases are shown. */
export const maskedName = (name: string): string => {
  const [first = '', ...rest] = Array.from(name.trim());
  return `${first}${'*'.repeat(Math.max(rest.length, first === '' ? 0 : 1))}`;
};

export const compare = (form: Readonly<ApplicationForm>, found: Pick<Duplicate, 'maskedName' | 'birth' | 'idEnd'>): readonly Compared[] => {
  const [firstOurs] = Array.from((form.name ?? '').trim());
  const [firstFound] = Array.from(found.maskedName);
  const idEnd = (form.idNumber ?? '').slice(-4).toUpperCase();
  return [
    // Of the found one only the first character is known: the rest cannot differ on this screen.
    { key: 'name', ours: maskedName(form.name ?? ''), found: found.maskedName, differs: firstOurs !== firstFound || maskedName(form.name ?? '').length !== found.maskedName.length },
    { key: 'birth', ours: form.birth ?? '', found: found.birth, differs: (form.birth ?? '') !== found.birth },
    { key: 'idEnd', ours: idEnd, found: found.idEnd, differs: idEnd !== found.idEnd },
  ];
};
