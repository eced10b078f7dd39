/**
 * Shows Markdown. Its renderer and sanitiser are a fifth of the page, so they are fetched beside the first reads and
 * not before them. Until then the text is shown plain, which is safe.
 */
import type { ReactElement } from "react";
import { lazyPart } from "../lazy-part.tsx";
import { Part } from "../Part.tsx";
import styles from "./Markdown.module.css";
import type { MarkdownProps } from "./markdown-props.ts";

const load = () => import("./RenderedMarkdown.tsx");
const loadLive = () => import("./close-marks.ts");
const Rendered = lazyPart("RenderedMarkdown", load);
/** Closes open marks at the end of a growing text, so that it does not flicker; until this has loaded, the text stays as it is. */
const Live = lazyPart("Live", async () => {
  const [{ RenderedMarkdown }, { closeMarks }] = await Promise.all([load(), loadLive()]);
  return { Live: ({ text }: MarkdownProps) => <RenderedMarkdown text={closeMarks(text)} isLive /> };
});

export async function readMarkdownAhead(): Promise<void> {
  await Rendered.readAhead();
}

/** Loads it ahead, so that the first answer does not change its look while it is written. */
export async function readLiveAhead(): Promise<void> {
  await Live.readAhead();
}

export function Markdown(props: MarkdownProps): ReactElement {
  const plain = (
    <div className={styles.plain} dir="auto">
      {props.text}
    </div>
  );
  const rendered = (
    <Part what="The text" fallback={plain} instead={plain}>
      <Rendered {...props} />
    </Part>
  );
  if (!props.isLive) return rendered;
  return (
    <Part what="The text" fallback={rendered} instead={rendered}>
      <Live {...props} />
    </Part>
  );
}
