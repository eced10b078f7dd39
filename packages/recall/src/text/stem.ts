/**
 * Reduces English words to a common stem, after M. F. Porter, "An algorithm for suffix stripping" (1980), with the
 * irregular forms it cannot know. Index and question use the same function, so a stem need not be a word.
 */
import { baseByIrregular } from "./irregular.ts";

const vowelAt = (word: string, i: number): boolean => {
  const letter = word[i];
  if (letter === "y") return i > 0 && !vowelAt(word, i - 1);
  return letter === "a" || letter === "e" || letter === "i" || letter === "o" || letter === "u";
};

/** Returns the stem of a lower-case English word; short words and words with other letters stay as they are. */
export function stem(word: string): string {
  const base = baseByIrregular.get(word) ?? word;
  if (base.length < 3 || !/^[a-z]+$/.test(base)) return base;
  return dropEnd(dropLong(dropSuffix(yToI(dropPast(dropPlural(base))))));
}

/** Counts how often a vowel run is followed by a consonant run: Porter's m. */
function measure(word: string): number {
  let count = 0;
  for (let i = 1; i < word.length; i++) if (!vowelAt(word, i) && vowelAt(word, i - 1)) count++;
  return count;
}

function hasVowel(word: string): boolean {
  for (let i = 0; i < word.length; i++) if (vowelAt(word, i)) return true;
  return false;
}

function endsDouble(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && !vowelAt(word, last);
}

/** True for consonant, vowel, consonant other than w, x, y: "hop", whose "hoping" needs its e back. */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  return (
    last >= 2 && !vowelAt(word, last) && vowelAt(word, last - 1) && !vowelAt(word, last - 2) && !/[wxy]$/.test(word)
  );
}

function dropPlural(word: string): string {
  if (word.endsWith("sses") || word.endsWith("ies")) return word.slice(0, -2);
  return word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us") ? word.slice(0, -1) : word;
}

function dropPast(word: string): string {
  if (word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const cut = word.endsWith("ed") ? 2 : word.endsWith("ing") ? 3 : 0;
  const rest = word.slice(0, word.length - cut);
  if (cut === 0 || rest.length < 2 || !hasVowel(rest)) return word;
  if (/(at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (endsDouble(rest) && !/[lsz]$/.test(rest)) return rest.slice(0, -1);
  return measure(rest) === 1 && endsShort(rest) ? `${rest}e` : rest;
}

function yToI(word: string): string {
  return word.endsWith("y") && hasVowel(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word;
}

const suffixes: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["abli", "able"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["fulli", "ful"],
  ["ful", ""],
  ["ness", ""],
];

/** Runs Porter's steps 2 and 3 until nothing fits: "hopefulness" loses both its suffixes. */
function dropSuffix(word: string): string {
  for (const [suffix, instead] of suffixes) {
    if (!word.endsWith(suffix)) continue;
    const rest = word.slice(0, -suffix.length);
    return measure(rest) > 0 ? dropSuffix(rest + instead) : word;
  }
  return word;
}

const longSuffixes = /(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|(?<=[st])ion|ou|ism|ate|iti|ous|ive|ize)$/;

function dropLong(word: string): string {
  const found = longSuffixes.exec(word);
  if (!found) return word;
  const rest = word.slice(0, found.index);
  return measure(rest) > 1 ? rest : word;
}

function dropEnd(word: string): string {
  let rest = word;
  if (rest.endsWith("e")) {
    const short = rest.slice(0, -1);
    const size = measure(short);
    if (size > 1 || (size === 1 && !endsShort(short))) rest = short;
  }
  return rest.endsWith("ll") && measure(rest) > 1 ? rest.slice(0, -1) : rest;
}
