/**
 * Keeps controls and icons in one place: outside the console's ui/ nothing draws a select, a menu or an svg of its own. A chart
 * draws what it measured and stands in the list below by name; one that draws no more leaves the list.
 */
import { isTest, type Problem, type Tree } from "./tree.ts";

const consoleFolder = "packages/console/src/";

const charts: ReadonlySet<string> = new Set([
  "app/device/QrCode.tsx",
  "features/home/DayBars.tsx",
  "features/mail/Receipts.tsx",
  "features/mail/TrafficGraph.tsx",
  "features/roster/Sparkline.tsx",
  "features/schedule/DayPicture.tsx",
  "features/timeline/TimelineCanvas.tsx",
]);

const rules: readonly { readonly found: RegExp; readonly text: string }[] = [
  { found: /<select\b/, text: "a select of its own: `Select` of ui/Select.tsx." },
  { found: /role=["{]+menu["}]|\bDropdownMenu\b/, text: "a menu of its own: `Menu` of ui/Menu.tsx." },
  { found: /<svg\b/, text: "a drawing of its own: `Icon` of ui/Icon.tsx with an icon of lucide." },
];

export function checkControls(tree: Tree): Problem[] {
  const files = tree.files.filter(
    ({ path }) =>
      path.startsWith(consoleFolder) &&
      !path.startsWith(`${consoleFolder}ui/`) &&
      path.endsWith(".tsx") &&
      !isTest(path),
  );
  const isDrawing = new Set(files.filter(({ text }) => /<svg\b/.test(text)).map(({ path }) => path));
  const found = files.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, at) =>
        rules
          .filter(
            (rule) =>
              rule.found.test(line) && !(charts.has(path.slice(consoleFolder.length)) && rule.found.test("<svg ")),
          )
          .map((rule) => ({ path, line: at + 1, text: rule.text })),
      ),
  );
  const gone = files
    .filter(({ path }) => charts.has(path.slice(consoleFolder.length)) && !isDrawing.has(path))
    .map(({ path }) => ({
      path,
      text: "draws nothing any more: out of the list of charts in scripts/check/controls.ts.",
    }));
  return [...found, ...gone];
}
