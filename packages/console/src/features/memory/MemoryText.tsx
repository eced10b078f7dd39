/** Shows what a memory says, as Markdown; a long text is cut between words until a person asks for all of it. */
import { type ReactElement, useState } from "react";
import { cutText } from "../../ui/cut-text.ts";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Memory.module.css";

const shownLength = 480;

export function MemoryText({ text }: { readonly text: string }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const short = cutText(text, shownLength);
  return (
    <>
      <div className={styles.text} dir="auto">
        <Markdown text={isWhole ? text : short} />
      </div>
      {short !== text && (
        <button
          type="button"
          className={`${shapes.wordLink} ${shapes.meta}`}
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Hide details" : "Show details"}
        </button>
      )}
    </>
  );
}
