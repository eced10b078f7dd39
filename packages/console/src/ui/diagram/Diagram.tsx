/**
 * Draws a diagram from its text once it comes into view. A text that can't be drawn, or is too long, is shown as code. In
 * another page's frame, which cannot contain frames, it is always code.
 */
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import styles from "./Diagram.module.css";
import { browserFrames, createArtist, type Drawn } from "./draw-diagram.ts";
import { isTooLong } from "./drawing.ts";

export interface DiagramProps {
  readonly source: string;
  /** The same diagram as code. */
  readonly children: ReactNode;
}

const artist = createArtist(browserFrames(styles.frame ?? ""));

export function Diagram({ source, children }: DiagramProps): ReactElement {
  const [isSource, setSource] = useState(false);
  const place = useRef<HTMLElement>(null);
  const isDrawable = self.origin !== "null" && !isTooLong(source);
  const isDark = useIsDark();
  const drawn = useDrawn({ source, isDark, place, isWanted: isDrawable });
  if (!isDrawable) return <>{children}</>;
  const picture = drawn?.type === "drawn" && !isSource ? drawn.svg : null;
  return (
    <figure ref={place} className={styles.diagram} data-diagram={drawn?.type ?? "waiting"}>
      {drawn?.type === "drawn" && (
        <button type="button" className={styles.turn} aria-pressed={isSource} onClick={() => setSource(!isSource)}>
          {isSource ? "Show diagram" : "Show source"}
        </button>
      )}
      {drawn?.type === "failed" && (
        <figcaption className={styles.failed} dir="auto">
          This diagram couldn’t be drawn: {drawn.reason}
        </figcaption>
      )}
      {picture === null ? (
        children
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls when it is wide, so the keyboard must reach it
        <div className={styles.picture} tabIndex={0}>
          <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`} alt={altOf(source)} />
        </div>
      )}
    </figure>
  );
}

/** Draws a source when its place first comes into view. */
function useDrawn({
  source,
  isDark,
  place,
  isWanted,
}: {
  readonly source: string;
  readonly isDark: boolean;
  readonly place: { readonly current: HTMLElement | null };
  readonly isWanted: boolean;
}): Drawn | null {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  useEffect(() => {
    const element = place.current;
    if (!isWanted || !element) return;
    let isGone = false;
    const observer = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void artist.draw(source, isDark).then((done) => {
        if (!isGone) setDrawn(done);
      });
    });
    observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
    };
  }, [source, isDark, place, isWanted]);
  return drawn;
}

function useIsDark(): boolean {
  const read = (): boolean => {
    const { theme } = document.documentElement.dataset;
    return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  };
  const [isDark, setDark] = useState(read);
  useEffect(() => {
    const check = (): void => setDark(read());
    const theme = new MutationObserver(check);
    theme.observe(document.documentElement, { attributes: true });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", check);
    return () => {
      theme.disconnect();
      system.removeEventListener("change", check);
    };
  });
  return isDark;
}

/** Returns the words of a source, for readers who can't see the picture. */
function altOf(source: string): string {
  return `Diagram: ${source.slice(0, 1_000)}`;
}
