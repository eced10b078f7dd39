/**
 * Makes characters visible that a reader can't see, or that reorder what stands around them: a person who allows a call must read what
 * will run. Everything else stays as it is.
 */
const hidden = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;
/** Inputs are JSON; none that a person can read is deeper. */
const deepest = 20;

export function visibleInput(input: unknown, depth = 0): unknown {
  if (typeof input === "string") return visibleText(input);
  if (typeof input !== "object" || input === null || depth > deepest) return input;
  if (Array.isArray(input)) return input.map((each) => visibleInput(each, depth + 1));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [visibleText(name), visibleInput(value, depth + 1)]),
  );
}

function visibleText(text: string): string {
  return text.replace(hidden, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`);
}
