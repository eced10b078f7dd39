/**
 * Markdown, whose renderer and sanitiser are a fifth of the page: they are fetched beside the first reads and not
 * before them. Until they are here the text stands plain, which is its own safest form.
 */
import { lazy, type ReactElement, Suspense } from "react";
import styles from "./Markdown.module.css";

const load = () => import("./RenderedMarkdown.tsx");
const Rendered = lazy(async () => ({ default: (await load()).RenderedMarkdown }));

export interface MarkdownProps {
  readonly text: string;
  /** The text is still being written. */
  readonly isLive?: boolean;
}

export async function readMarkdownAhead(): Promise<void> {
  await load();
}

export function Markdown(props: MarkdownProps): ReactElement {
  return (
    <Suspense fallback={<div className={styles.plain}>{props.text}</div>}>
      <Rendered {...props} />
    </Suspense>
  );
}
