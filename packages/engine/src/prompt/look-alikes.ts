/** What a character looks like to a reader who looks past scripts, widths and what has no shape. Pure. */

/** Look-alikes that no Unicode form takes back to the letter or sign they look like; both strings in step. */
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
  // Signs. A bracket of a kind that titles stand in is told apart: «.
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

/** What one character looks like, in small letters: nothing, a space, or what its compatible form is. */
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
  // Letters in circles and squares, flags' letters and tags; they have no compatible form.
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
