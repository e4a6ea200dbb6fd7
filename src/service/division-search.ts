import { customPinyin, pinyin } from 'pinyin-pro';
import { findDivision, townsOn, type FullDate } from '../permit/index.js';

/** A town or street (nine digits), or the village whose twelve digits were typed. */
export interface FoundDivision {
  readonly code: string;
  readonly name: string;
  readonly county: string;
  /** of the name, syllables without tones */
  readonly pinyin: string;
}

interface Place extends FoundDivision {
  readonly syllables: readonly string[];
  /** with its county before it, and the county as people say it (鹿城 for 鹿城区) */
  readonly whole: readonly string[];
  readonly wholeSyllables: readonly (readonly string[])[];
}

/** Place names that are read otherwise than their characters usually are. */
customPinyin({ 七都: 'qi du', 乐清: 'yue qing', 乐成: 'yue cheng' });

const syllablesOf = (name: string): readonly string[] => pinyin(name, { toneType: 'none', type: 'array', v: true });
const shortOf = (county: string): string => county.replace(/[区县市]$/u, '');

const placesOn = (onDate: FullDate): readonly Place[] =>
  townsOn(onDate).map(({ code, name, county }) => {
    const syllables = syllablesOf(name);
    const counties = [county.name, shortOf(county.name)];
    return {
      code,
      name,
      county: county.name,
      pinyin: syllables.join(' '),
      syllables,
      whole: counties.map((each) => each + name),
      wholeSyllables: counties.map((each) => [...syllablesOf(each), ...syllables]),
    };
  });

/** Whether `letters` are what somebody types who begins to spell these syllables: each of them whole, or its first letters, none left out. */
const spells = (syllables: readonly string[], letters: string, at = 0): boolean => {
  if (letters === '') return true;
  const syllable = syllables[at];
  if (syllable === undefined) return false;
  for (let taken = Math.min(syllable.length, letters.length); taken > 0; taken -= 1) {
    if (letters.startsWith(syllable.slice(0, taken)) && spells(syllables, letters.slice(taken), at + 1)) return true;
  }
  return false;
};

/** How well a place answers: 0 its own name begins so, 1 its county and name, 2 somewhere in its name; undefined: not at all. */
type Rank = (place: Place) => number | undefined;

const byLetters =
  (letters: string): Rank =>
  ({ syllables, wholeSyllables }) => {
    if (spells(syllables, letters)) return 0;
    if (wholeSyllables.some((each) => spells(each, letters))) return 1;
    return syllables.some((_, at) => spells(syllables, letters, at)) ? 2 : undefined;
  };

const byCharacters =
  (characters: string): Rank =>
  ({ name, whole }) => {
    if (name.startsWith(characters)) return 0;
    if (whole.some((each) => each.startsWith(characters))) return 1;
    return name.includes(characters) ? 2 : undefined;
  };

/** More digits than a town has still find the town that they lie in. */
const byDigits =
  (digits: string): Rank =>
  ({ code }) =>
    code.startsWith(digits.slice(0, 9)) ? 0 : undefined;

const rankBy = (text: string): Rank => {
  if (/^\d+$/.test(text)) return byDigits(text);
  // ü is typed as v; where it is written as u the syllable without its dots is meant.
  return /^[a-z]+$/.test(text) ? byLetters(text) : byCharacters(text);
};

/** What is typed: full-width digits and letters, tone marks, spaces and apostrophes between syllables. */
const typed = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ü', 'v')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[\s'’·]/g, '');

/** Divisions of a day by characters, pinyin (whole or initials) or the beginning of the code. Pinyin is worked out once for each day, when somebody first asks. */
export class DivisionSearch {
  #day: FullDate | undefined;
  #places: readonly Place[] = [];

  /** Best first, then by code. Nothing typed finds nothing. */
  find(text: string, onDate: FullDate, limit = 30): readonly FoundDivision[] {
    const wanted = typed(text);
    if (wanted === '') return [];
    const rank = rankBy(wanted);
    const found = this.#on(onDate)
      .flatMap((place) => {
        const rated = rank(place);
        return rated === undefined ? [] : [{ rated, place }];
      })
      .sort((a, b) => a.rated - b.rated || Number(a.place.code) - Number(b.place.code))
      .slice(0, limit)
      .map(({ place: { code, name, county, pinyin: spelled } }) => ({ code, name, county, pinyin: spelled }));
    // The villages of a town are in no list that stays right for a year: whoever has the code types it.
    const village = /^\d{12}$/.test(wanted) ? findDivision(wanted, onDate) : undefined;
    return village === undefined ? found : found.map((town) => ({ ...town, code: village.code }));
  }

  #on(day: FullDate): readonly Place[] {
    if (this.#day !== day) {
      this.#places = placesOn(day);
      this.#day = day;
    }
    return this.#places;
  }
}
