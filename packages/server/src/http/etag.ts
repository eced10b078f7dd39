/** Tells whether a client's `If-None-Match` names this copy; weak or not, because the body is not sent. */
export function matchesEtag(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = header.split(",").map(withoutWeakness);
  return tags.includes("*") || tags.includes(withoutWeakness(etag));
}

function withoutWeakness(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
