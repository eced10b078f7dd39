/**
 * Keeps a part that failed from taking the page with it. Most often its code could not be loaded: the server is away, or was
 * updated under an open page. The rest goes on, what is open elsewhere stays, and the part comes back with the server.
 */
import { Component, type ReactNode } from "react";
import styles from "./Boundary.module.css";
import { Button } from "./Button.tsx";
import { PartFailure } from "./lazy-part.tsx";
import { isPageOutdated } from "./page-version.ts";

export interface BoundaryProps {
  /** What people call it, as the beginning of a sentence: “This screen”. */
  readonly what: string;
  /** `line`: it stands among others, and is as small as it can be. */
  readonly look?: "block" | "line";
  /** For what was opened over the page, and can be left. */
  readonly onClose?: (() => void) | undefined;
  /** What stands in its place without a word, where that says the same: a text as it was written. */
  readonly instead?: ReactNode;
  readonly children: ReactNode;
}

interface State {
  readonly failure: { readonly error: unknown } | null;
  readonly isOutdated: boolean;
}

const againAfterMs: readonly number[] = [2_000, 5_000, 15_000, 60_000];

export class Boundary extends Component<BoundaryProps, State> {
  override state: State = { failure: null, isOutdated: false };
  private timer: ReturnType<typeof setTimeout> | undefined;

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { failure: { error } };
  }

  override componentDidCatch(error: unknown): void {
    if (!(error instanceof PartFailure)) return;
    error.forget();
    void isPageOutdated().then((isOutdated) => {
      if (isOutdated) this.setState({ isOutdated });
      else this.tryLater(error, 0);
    });
  }

  override componentWillUnmount(): void {
    clearTimeout(this.timer);
  }

  /** Ahead, and without a change on screen until it is here. */
  private tryLater(error: PartFailure, tries: number): void {
    clearTimeout(this.timer);
    const again = (): void => {
      error.readAgain().then(
        () => this.setState((state) => (state.failure?.error === error ? { failure: null } : null)),
        () => this.tryLater(error, tries + 1),
      );
    };
    this.timer = setTimeout(again, againAfterMs[tries] ?? againAfterMs.at(-1));
  }

  override render(): ReactNode {
    const { failure, isOutdated } = this.state;
    const { what, look = "block", instead, onClose, children } = this.props;
    if (!failure) return children;
    if (instead !== undefined) return instead;
    return (
      <div role="alert" className={styles.failed} data-look={look}>
        <p>
          <b>{what} couldn't be shown.</b> {isOutdated ? outdatedWords : reasonOf(failure.error)}
        </p>
        {!isOutdated && <Button onClick={() => this.setState({ failure: null })}>Try again</Button>}
        <Button look={isOutdated ? "primary" : "plain"} onClick={() => location.reload()}>
          Reload
        </Button>
        {onClose && <Button onClick={onClose}>Close</Button>}
      </div>
    );
  }
}

const outdatedWords = "Reef was updated since you opened this page. Reload it to continue. Drafts are kept.";

function reasonOf(error: unknown): string {
  if (error instanceof PartFailure) return "The server may be away. It is tried again by itself.";
  return `The console made a mistake here: ${error instanceof Error ? error.message : String(error)}`;
}
