/** Maps a character to what it looks like to a reader who ignores scripts, widths and invisible characters. Pure. */

/**
 * Look-alikes that no Unicode form maps to the letter or sign they look like. The two strings correspond position by
 * position.
 */
const pairs: readonly (readonly [string, string])[] = [
  // Cyrillic, small and capital
  ["аеорсухіѕјԁѵһԛԝмткгнвб", "aeopcyxisjdvhqwmtkrhb6"],
  ["АВЕЅІЈКМНОРСТУХԌ", "abesijkmhopctyxg"],
  // Greek, small and capital
  ["αορντικυεμηχγσςωβ", "aopvtikuemnxyoswb"],
  ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx"],
  // Armenian, Cherokee, Lisu, Latin of other shapes
  ["օսցոհՏՕ", "ougnhso"],
  ["ᎪᏴᏟᎠᎬᎻᎥᎫᏦᏞᎷᏃᎮᏢᏒᏚᎢᏙᏔᏀ", "abcdehijklmnpprstvwg"],
  ["ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "abcdefghijklmnoprstuvwxyz"],
  ["ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"],
  ["ɑɡıɩȷƽƨøłđħŧßɛɘəɔʋɱɴꞓ", "agiijssoldhtsseecvmnc"],
  // Signs. Brackets that enclose titles map to « to stay distinct.
  ["‹⟨〈❮❬❰˂ᐸ⋖≺⧼𝈶𖧺", "<<<<<<<<<<<<<"],
  ["«《〈⟪≪⪡⸤", "«««««««"],
  ["›⟩〉❯❭❱˃ᐳ⋗≻⧽»》〉⟫≫", ">>>>>>>>>>>>>>>>"],
  ["⁄∕╱⧸⟋〳ノ⼃", "////////"],
  ["∣ǀ│┃❘❙❚⎪⏐▏∥‖│ǁ", "||||||||||||||"],
  ["【〔⁅⟦〚⦋❲〖⦗〘", "[[[[[[[[[["],
  ["▁‗﹍﹎﹏", "_____"],
  ["∶꞉ː։׃", ":::::"],
];

const lookOf = new Map<string, string>(
  pairs.flatMap(([from, to]) => {
    const looks = [...to];
    return [...from].map((character, at) => [character, looks[at] ?? ""] as const);
  }),
);

const shapeless = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Cs}\p{Co}\p{M}]$/u;
const space = /^[\s\u2800\u180e]$/u;

const known = new Map<string, string>();
const mostKnown = 20_000;

/** Returns what one character looks like, in lower case: nothing, a space, or its compatible form. */
export function lookOfCharacter(character: string): string {
  const found = known.get(character);
  if (found !== undefined) return found;
  const look = findLook(character);
  if (known.size >= mostKnown) known.clear();
  known.set(character, look);
  return look;
}

function findLook(character: string): string {
  if (space.test(character)) return " ";
  const code = character.codePointAt(0) ?? 0;
  // Circled, squared, flag and tag letters have no compatible form.
  for (const [first, last] of alphabets) {
    if (code >= first && code <= last) return String.fromCharCode(97 + code - first);
  }
  if (shapeless.test(character)) return "";
  const own = lookOf.get(character);
  if (own !== undefined) return own;
  let look = "";
  for (const part of character.normalize("NFKD")) {
    if (space.test(part)) look += " ";
    else if (!shapeless.test(part)) look += lookOf.get(part) ?? part.toLowerCase();
  }
  return look;
}

const alphabets = [
  [0x1f150, 0x1f169],
  [0x1f170, 0x1f189],
  [0x1f1e6, 0x1f1ff],
] as const;
