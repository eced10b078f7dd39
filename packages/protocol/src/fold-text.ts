/**
 * Defines which letters count as the same in every search: of transcripts, of memories, and in the console's own
 * filters. Case, accents, vowel points, ligatures, width and invisible characters make no difference; nothing depends
 * on the machine's language. Marks that spell a word, as in Hindi, Thai and Japanese, stay.
 */

/**
 * Matches accents, Hebrew points, Arabic vowel signs and the Arabic stretch, marks around symbols, and glyph variants.
 */
const ignoredMarks = new RegExp(
  [
    "[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]",
    "[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]",
    "[\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e8\\u06ea-\\u06ed]",
    "[\\ufe00-\\ufe0f]",
  ].join("|"),
  "g",
);

/** Soft hyphens, joiners and direction marks, written for use inside a character class. */
export const unseen = "\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff";
const unseenCharacters = new RegExp(`[${unseen}]`, "g");

const otherLetters =
  /[\u00df\u0131\u0142\u00f8\u0111\u00e6\u0153\u00fe\u00f0\u03c2\u0649\u06cc\u06a9\u0629\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g;
const letterByOther: Readonly<Record<string, string>> = {
  ß: "ss",
  ı: "i",
  ł: "l",
  ø: "o",
  đ: "d",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ð: "d",
  ς: "σ",
  ى: "ي",
  ی: "ي",
  ک: "ك",
  ة: "ه",
};

/** Keeps punctuation and spaces. The length may change. */
export function foldText(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return (
    text
      .replace(unseenCharacters, "")
      .normalize("NFKD")
      .replace(ignoredMarks, "")
      .normalize("NFC")
      .toLowerCase()
      // İ has become an i and a dot above.
      .replace(ignoredMarks, "")
      .replace(otherLetters, (letter) => letterByOther[letter] ?? digitOf(letter))
  );
}

/** Each of these rows of ten digits begins at a multiple of sixteen, or six after it. */
function digitOf(letter: string): string {
  const code = letter.charCodeAt(0);
  return String(code >= 0x966 ? code - 0x966 : code & 0xf);
}
