/** An article with a consequence in `src/permit`, and its replay. `article: rule` is the name of the test and a row of docs/law.md. */
export interface LawCase {
  readonly article: string;
  readonly rule: string;
  readonly replay: () => void;
}

export const nameOf = ({ article, rule }: Pick<LawCase, 'article' | 'rule'>): string => `${article}: ${rule}`;
