import { shallowReactive } from 'vue';

/** A list that answers what is typed, with one line marked: arrow keys move the mark, Enter takes it. The newest answer counts, however late an older one comes. */
export interface FoundList<T> {
  readonly shown: { readonly lines: readonly T[]; readonly marked: number; readonly open: boolean; readonly busy: boolean };
  /** what was typed */
  ask(text: string): Promise<void>;
  move(by: 1 | -1): void;
  mark(at: number): void;
  /** the marked line, if the list is open */
  readonly current: () => T | undefined;
  close(): void;
}

export const foundList = <T>(find: (text: string) => Promise<readonly T[]>): FoundList<T> => {
  const shown = shallowReactive<{ lines: readonly T[]; marked: number; open: boolean; busy: boolean }>({ lines: [], marked: 0, open: false, busy: false });
  let newest = 0;
  return {
    shown,
    async ask(text): Promise<void> {
      const asked = ++newest;
      if (text.trim() === '') {
        Object.assign(shown, { lines: [], marked: 0, open: false, busy: false });
        return;
      }
      shown.busy = true;
      const lines = await find(text.trim());
      if (asked !== newest) return;
      Object.assign(shown, { lines, marked: 0, open: true, busy: false });
    },
    move(by): void {
      const { length } = shown.lines;
      if (length > 0) shown.marked = (shown.marked + by + length) % length;
    },
    mark(at): void {
      shown.marked = at;
    },
    current: () => (shown.open ? shown.lines[shown.marked] : undefined),
    close(): void {
      newest += 1;
      shown.open = false;
      shown.busy = false;
    },
  };
};

/** Twelve digits of a division: a town's nine with the village's three, 000 where it is not told. */
export const wholeDivision = (code: string, village = ''): string => `${code.slice(0, 9)}${(code.length === 12 && village === '' ? code.slice(9) : village).padStart(3, '0').slice(-3)}`;
