/**
 * Compares two texts line by line and shows what is removed and added, with three lines around it. Never shows secrets.
 */

interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

const around = 3;
const secretLine = /^(\s*"[^"]*(?:token|password|secret|key)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"/i;
/** These keys only say where a secret is. */
const plainLine = /^\s*"(?:tokenFile|tokenEnv)"/;

export function diffText(before: string, after: string): string {
  const lines = diffLines(before.split("\n"), after.split("\n"));
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== " "),
  );
  const shown: string[] = [];
  for (const [at, { sign, text }] of lines.entries()) {
    if (isNear[at]) shown.push(`${sign} ${hideSecret(text)}`);
    else if (at > 0 && isNear[at - 1]) shown.push("  …");
  }
  return shown.join("\n");
}

function hideSecret(text: string): string {
  return plainLine.test(text) ? text : text.replace(secretLine, '$1"(hidden)"');
}

/** Aligns the lines by their longest common subsequence. */
function diffLines(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      const best =
        a[row] === b[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      (lengths[row] as number[])[column] = best;
    }
  }
  const lines: DiffLine[] = [];
  for (let row = 0, column = 0; row < a.length || column < b.length; ) {
    const [old, fresh] = [a[row], b[column]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: " ", text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: "-", text: old });
      row += 1;
    } else {
      lines.push({ sign: "+", text: fresh ?? "" });
      column += 1;
    }
  }
  return lines;
}
