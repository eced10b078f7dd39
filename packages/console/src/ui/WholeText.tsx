/** Shows a text that may be long, such as a server's error: cut between words, and whole in the same place on request. */
import { type ReactElement, useState } from "react";
import { cutText } from "./cut-text.ts";
import styles from "./WholeText.module.css";

const shownLength = 240;

export function WholeText({ text }: { readonly text: string }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const short = cutText(text, shownLength);
  if (short === text) return <span dir="auto">{text}</span>;
  return (
    <>
      <span className={styles.text} dir="auto">
        {isWhole ? text : short}
      </span>{" "}
      <button type="button" className={styles.more} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
        {isWhole ? "Hide details" : "Show details"}
      </button>
    </>
  );
}
