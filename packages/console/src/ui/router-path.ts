/**
 * Converts patterns to addresses and back. A value that cannot be decoded matches nothing; a written value is encoded.
 */

export type PathParams = Readonly<Record<string, string>>;

/**
 * Returns null when the address does not match: `/s/$sessionId` matches `/s/ses_1` and gives `{ sessionId: "ses_1" }`.
 */
export function matchPath(pattern: string, pathname: string): PathParams | null {
  const wanted = segments(pattern);
  const given = segments(pathname);
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = decode(given[at] ?? "");
    if (value === null) return null;
    if (segment.startsWith("$")) params[segment.slice(1)] = value;
    else if (segment !== value) return null;
  }
  return params;
}

/** Throws when a `$name` of the pattern has no value. */
export function toHref({
  to,
  params = {},
  search = {},
  hash = "",
}: {
  readonly to: string;
  readonly params?: PathParams;
  readonly search?: PathParams;
  readonly hash?: string;
}): string {
  const path = to.replace(/\$(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`The address ${to} needs a value for $${name}.`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams(search).toString();
  return path + (query && `?${query}`) + (hash && `#${hash}`);
}

function segments(path: string): readonly string[] {
  return path.split("/").filter(Boolean);
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
