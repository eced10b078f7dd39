/** Draws lines over two axes as an SVG that reads in light and dark. */

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export interface Axis {
  readonly name: string;
  readonly max: number;
  readonly ticks: readonly number[];
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  /** For a limit. */
  readonly isDashed?: boolean;
}

const [width, height] = [760, 400];
const room = { left: 74, right: 190, top: 44, bottom: 52 };
const colors = ["#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed"];

export function chartToSvg({ title, x, y, lines }: Chart): string {
  const [plotWidth, plotHeight] = [width - room.left - room.right, height - room.top - room.bottom];
  const xOf = (value: number) => (room.left + (Math.min(value, x.max) / x.max) * plotWidth).toFixed(1);
  const yOf = (value: number) => (room.top + plotHeight - (Math.min(value, y.max) / y.max) * plotHeight).toFixed(1);
  const text = (words: string, at: string) =>
    `<text ${at}>${words.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
  const grid = [
    ...x.ticks.map((tick) =>
      text(tick.toLocaleString("en"), `x="${xOf(tick)}" y="${height - room.bottom + 18}" text-anchor="middle"`),
    ),
    ...y.ticks.flatMap((tick) => [
      `<path d="M${room.left} ${yOf(tick)}H${width - room.right}" stroke="#8884" fill="none"/>`,
      text(tick.toLocaleString("en"), `x="${room.left - 8}" y="${Number(yOf(tick)) + 4}" text-anchor="end"`),
    ]),
  ];
  const drawn = lines.flatMap(({ name, points, isDashed = false }, place) => {
    const color = colors[place % colors.length];
    const path = points.map(([px, py], at) => `${at === 0 ? "M" : "L"}${xOf(px)} ${yOf(py)}`).join("");
    const dash = isDashed ? ' stroke-dasharray="6 5"' : "";
    return [
      `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${dash}/>`,
      `<text x="${width - room.right + 12}" y="${room.top + 14 + place * 20}" fill="${color}">${name}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#808080" role="img">`,
    `<title>${title}</title>`,
    text(title, `x="${room.left}" y="24" font-size="15" font-weight="600"`),
    ...grid,
    text(x.name, `x="${room.left + plotWidth / 2}" y="${height - 12}" text-anchor="middle"`),
    text(
      y.name,
      `x="16" y="${room.top + plotHeight / 2}" text-anchor="middle" transform="rotate(-90 16 ${room.top + plotHeight / 2})"`,
    ),
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}
