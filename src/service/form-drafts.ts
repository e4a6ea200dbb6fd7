import { CodedError, formDraft, type FormDraft } from '../contract/index.js';
import type { Outbox } from '../outbox/index.js';
import { plain } from './plain.js';

const idOf = (id: string): string => `f-${id}`;

/** What lies in a draft of the outbox, or undefined for one of another shape. */
export const formDraftOf = (content: unknown): FormDraft | undefined => {
  const parsed = formDraft.safeParse(plain(content));
  return parsed.success ? parsed.data : undefined;
};

/** Forms that are being filled in, boxed under the local key. All of it throws CodedError SIGN_IN_REQUIRED while local data is locked. */
export interface FormDrafts {
  get(id: string): FormDraft | undefined;
  /** newest first */
  list(): FormDraft[];
  /** Durable on return; `savedAt` of what stands there now. What the service knows of it (`receipt`, `dueOn`, `issued`, `pinSet`) is kept from before, whatever a UI says. */
  save(draft: FormDraft): number;
  /** What the service itself has to say of a draft; nothing where it is gone. */
  note(id: string, known: Partial<Pick<FormDraft, 'receipt' | 'dueOn' | 'issued' | 'pinSet' | 'step' | 'photo'>>): void;
  delete(id: string): void;
}

export const formDrafts = ({ drafts }: Pick<Outbox, 'drafts'>, now: () => number): FormDrafts => {
  const get = (id: string): FormDraft | undefined => {
    const found = drafts.get(idOf(id));
    return found === undefined ? undefined : formDraftOf(found.content);
  };
  const put = (draft: FormDraft): number => {
    const savedAt = now();
    drafts.put(idOf(draft.id), { ...draft, savedAt }, savedAt);
    return savedAt;
  };
  return {
    get,
    list: () =>
      drafts
        .list()
        .filter(({ id }) => id.startsWith('f-'))
        .flatMap(({ content }) => formDraftOf(content) ?? [])
        .sort((a, b) => (b.savedAt ?? 0) - (a.savedAt ?? 0)),
    save: (draft) => {
      const { receipt, dueOn, issued, pinSet } = get(draft.id) ?? {};
      const { receipt: _receipt, dueOn: _dueOn, issued: _issued, pinSet: _pinSet, ...typed } = draft;
      return put({ ...typed, ...(receipt === undefined ? {} : { receipt }), ...(dueOn === undefined ? {} : { dueOn }), ...(issued === undefined ? {} : { issued }), ...(pinSet === undefined ? {} : { pinSet }) });
    },
    note: (id, known) => {
      const found = get(id);
      if (found !== undefined) put({ ...found, ...known });
    },
    delete: (id) => {
      if (!drafts.delete(idOf(id))) throw new CodedError('DRAFT_GONE');
    },
  };
};
