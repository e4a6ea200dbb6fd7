import { failureCodes } from '../../src/contract/index.js';
import { screens } from '../../src/renderer/screens.js';

/**
 * Which pictures there must be, derived from the screens that the router is built from and from the list of failure codes: route × state × language × size. Nothing here looks at a
 * file; `main.ts` makes the pictures, or checks that they are there.
 */
export const languages = { zh: 'zh-CN', en: 'en' } as const;
export type PictureLanguage = keyof typeof languages;
export const languageNames = Object.keys(languages) as PictureLanguage[];
export const pictureSizes = ['landscape', 'portrait'] as const;
export type PictureSize = (typeof pictureSizes)[number];

type Screen = (typeof screens)[number];
/** The mode under which a screen is listed: police has what all have. */
const modeOf = ({ modes }: Screen): string => ((modes as readonly string[]).includes('police') ? 'police' : modes[0]);
/** Nobody stands the display of a counter on its side: its own screens are photographed lying alone. */
const sizesOf = (screen: Screen): readonly PictureSize[] => (modeOf(screen) === 'counter' ? ['landscape'] : pictureSizes);

export interface Picture {
  readonly screen: string;
  readonly state: string;
  readonly language: PictureLanguage;
  readonly size: PictureSize;
  /** below docs/screens */
  readonly file: string;
}

export const pictureFile = (screen: string, state: string, language: PictureLanguage, size: PictureSize): string => {
  const found = screens.find(({ name }) => name === screen);
  if (found === undefined) throw new Error(`no screen ${screen}`);
  return `${modeOf(found)}/${screen}-${state}-${language}-${size}.webp`;
};

export const pictures = (): readonly Picture[] =>
  screens
    .filter(({ name }) => name !== 'failure')
    .flatMap((screen) => screen.states.flatMap((state) => languageNames.flatMap((language) => sizesOf(screen).map((size) => ({ screen: screen.name, state, language, size, file: pictureFile(screen.name, state, language, size) })))));

/** In which sizes a screen is photographed. */
export const sizesOfScreen = (name: string): readonly PictureSize[] => screens.filter((screen) => screen.name === name).flatMap(sizesOf);

/** Failure codes stand many on a sheet, in the order of the list. */
const codesOnSheet = 24;
export interface Sheet {
  readonly language: PictureLanguage;
  readonly codes: readonly string[];
  readonly file: string;
}
export const sheets = (): readonly Sheet[] =>
  languageNames.flatMap((language) =>
    Array.from({ length: Math.ceil(failureCodes.length / codesOnSheet) }, (_, at) => ({
      language,
      codes: failureCodes.slice(at * codesOnSheet, (at + 1) * codesOnSheet),
      file: `failures/${language}-${String(at + 1).padStart(2, '0')}.webp`,
    })),
  );

/** docs/screens/README.md: every picture in its place. It names every code, so that a new one is missed. */
export const indexText = (): string => {
  const all = pictures();
  const row = (screen: string, state: string): string => {
    const cells = all.filter((each) => each.screen === screen && each.state === state).map(({ file, language, size }) => `[${language} ${size}](${file})`);
    const shown = all.find((each) => each.screen === screen && each.state === state && each.language === 'zh' && each.size === 'landscape');
    return `| ${state} | ![${screen}, ${state}](${shown?.file ?? ''}) | ${cells.join('<br>')} |`;
  };
  const parts = screens.filter(({ name }) => name !== 'failure').map(({ name, path, states }) => `## ${name}\n\n\`${path}\`\n\n| state | | all |\n|---|---|---|\n${states.map((state) => row(name, state)).join('\n')}\n`);
  const failures = sheets().map(({ language, codes, file }) => `![${language}](${file})\n\n${codes.join(' ')}\n`);
  return `# Screens\n\nEvery state of every screen, as the app shows it: made by \`npm run screens\` from the real service, cards and platform. \`npm run screens -- --check\` fails when a picture is missing or one too many lies here. The counter's own screens are shown lying (1920 × 1080) alone: nobody stands a desk's display on its side.\n\n${parts.join('\n')}\n## failure\n\n\`/failure/:code\`, many on a sheet.\n\n${failures.join('\n')}`;
};
