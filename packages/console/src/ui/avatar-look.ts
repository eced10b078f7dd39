/** Derives how a bot is drawn from its name and id: letters or an emoji, and a hue that stays when it is renamed. */

const hues = [12, 40, 68, 95, 125, 155, 185, 215, 245, 275, 305, 338] as const;

/** Matches an emoji at the beginning of a name, with its modifiers. */
const emoji =
  /^(?:\p{RI}\p{RI}|(?:\p{Emoji_Presentation}|[\u{1F000}-\u{1FAFF}]|\p{ExtPict}\uFE0F)(?:\uFE0F|\p{EMod}|\u200D\p{ExtPict})*)/u;

/** Returns the emoji that a name begins with; null if it begins with anything else. */
export function emojiOf(name: string): string | null {
  return emoji.exec(name.trim())?.[0] ?? null;
}

/** Returns the initials of the first two words, or the first two letters of a single word: `DT`, `Mo`. */
export function lettersOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
  const [first = [], second] = words.map((word) => Array.from(word));
  if (second) return `${first[0]}${second[0]}`.toUpperCase();
  return first.length === 0 ? "?" : `${first[0]?.toUpperCase()}${first[1] ?? ""}`;
}

export function hueOf(id: string): number {
  const share = (Math.imul(fnv1a(id), 0x9e3779b1) >>> 0) / 2 ** 32;
  return hues[Math.floor(share * hues.length)] ?? hues[0];
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
