/**
 * Cuts the bundled font to what the scale has: the weights 400 to 600 and the characters of Latin text, with every feature (figures
 * of one width among them). That is 30 KB instead of 48, and nothing on a page can be bolder than 600. In development the whole
 * font is served.
 */
import subsetFont from "subset-font";
import type { Plugin } from "vite";

const isFont = /inter-latin-wght-normal.*\.woff2$/;

/** Ranges of code points, both ends included: those of the package's own Latin file. */
const latin: readonly (readonly [number, number])[] = [
  [0x0020, 0x00ff],
  [0x0131, 0x0131],
  [0x0152, 0x0153],
  [0x02bb, 0x02bc],
  [0x02c6, 0x02c6],
  [0x02da, 0x02da],
  [0x02dc, 0x02dc],
  [0x0304, 0x0304],
  [0x0308, 0x0308],
  [0x0329, 0x0329],
  [0x2000, 0x206f],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
  [0x2215, 0x2215],
  [0xfeff, 0xfeff],
  [0xfffd, 0xfffd],
];

export function cutFont(): Plugin {
  return {
    name: "cut-font",
    apply: "build",
    async generateBundle(_, bundle) {
      const fonts = Object.values(bundle).filter((file) => file.type === "asset" && isFont.test(file.fileName));
      if (fonts.length !== 1) throw new Error(`expected one font in the build, found ${fonts.length}`);
      for (const font of fonts) {
        if (font.type !== "asset") continue;
        font.source = await subsetFont(Buffer.from(font.source), charactersOf(latin), {
          targetFormat: "woff2",
          variationAxes: { wght: { min: 400, max: 600 } },
        });
      }
    },
  };
}

function charactersOf(ranges: typeof latin): string {
  const points = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
  return String.fromCodePoint(...points);
}
