/**
 * Shows a screen: its name, its tools, and its content, or what replaces it while it is read, when it couldn't be, and
 * when it is empty. Each is drawn here, so that no screen forgets one. Content stays on the screen when a later read
 * fails.
 */
import { ChevronLeft } from "lucide";
import type { ReactElement, ReactNode } from "react";
import { Bones } from "./Bones.tsx";
import { Icon } from "./Icon.tsx";
import { LoadFailure } from "./LoadFailure.tsx";
import { Link, useLocation } from "./router.tsx";
import styles from "./Screen.module.css";
import shapes from "./Shapes.module.css";

/** They have a tab of their own on a phone; every other place is reached through “More”. */
const topPlaces: ReadonlySet<string> = new Set(["/bots", "/messages", "/more"]);

export interface ScreenRead {
  /** What couldn't be read: "the schedules". */
  readonly what: string;
  readonly error: Error | null;
  readonly isReading: boolean;
  readonly again: () => unknown;
  /** What its content looks like, while it is read. */
  readonly look?: "row" | "card";
}

export interface ScreenProps {
  readonly title: string;
  /** The screen's name, where its title says less. */
  readonly label?: string;
  readonly count?: number | undefined;
  /** The screen above this one. Without it, the way back on a phone is “More”. */
  readonly back?: { readonly to: string; readonly label: string };
  /** Before the title. */
  readonly sign?: ReactNode;
  /** After the title. */
  readonly about?: ReactNode;
  /** Its views, after the title. */
  readonly tabs?: ReactNode;
  /** What can be done here, at the right. */
  readonly tools?: ReactNode;
  readonly read?: ScreenRead;
  /** Shown in place of the content. Nothing while there is some. */
  readonly empty?: ReactNode;
  /** `scroll` keeps a margin; `edge` reaches the sides; `own` scrolls by itself. */
  readonly body?: "scroll" | "edge" | "own";
  /** Dialogs, which belong to no place in it. */
  readonly dialogs?: ReactNode;
  readonly children?: ReactNode;
}

export function Screen({
  title,
  label = title,
  count,
  back,
  sign,
  about,
  tabs,
  tools,
  read,
  empty,
  body = "scroll",
  dialogs,
  children,
}: ScreenProps): ReactElement {
  const isReading = read?.isReading === true && !read.error;
  const content = (
    <>
      {read?.error && <LoadFailure what={read.what} error={read.error} onAgain={read.again} />}
      {isReading && <Bones look={read.look ?? "row"} />}
      {!isReading && (empty || children)}
    </>
  );
  return (
    <main className={shapes.screen} aria-label={label} aria-busy={isReading}>
      <header className={`${shapes.head} ${styles.header}`}>
        <BackLink back={back} />
        {sign}
        <h1 className={`${shapes.cut} ${styles.title}`} dir="auto">
          {title}
        </h1>
        {Boolean(count) && <span className={styles.count}>{count?.toLocaleString()}</span>}
        {about && <span className={`${shapes.cut} ${shapes.soft}`}>{about}</span>}
        {tabs && <div className={styles.tabs}>{tabs}</div>}
        <div className={styles.tools}>{tools}</div>
      </header>
      {body === "own" ? (
        content
      ) : (
        <div className={`${shapes.body} ${body === "scroll" ? styles.body : ""}`}>{content}</div>
      )}
      {dialogs}
    </main>
  );
}

function BackLink({ back }: Pick<ScreenProps, "back">): ReactElement | null {
  const { pathname } = useLocation();
  if (!back && topPlaces.has(pathname)) return null;
  return (
    <Link
      to={back?.to ?? "/more"}
      className={styles.back}
      data-always={back !== undefined || undefined}
      aria-label={back?.label ?? "Back to all screens"}
    >
      <Icon icon={ChevronLeft} />
    </Link>
  );
}
