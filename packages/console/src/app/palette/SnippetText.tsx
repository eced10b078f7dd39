/** Shows found text with the matches marked. */
import type { Snippet } from "@reef/protocol/search";
import type { ReactElement, ReactNode } from "react";

export function SnippetText({ snippet: { text, marks } }: { readonly snippet: Snippet }): ReactElement {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}
