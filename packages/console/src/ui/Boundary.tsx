/**
 * Keeps a part that failed from taking the page with it. Most often its code could not be loaded: the server is away, or was
 * updated under an open page. The rest of the page keeps working, other open parts stay, and the part recovers with the
 * server.
 */
import { Component, type ReactNode } from "react";
import styles from "./Boundary.module.css";
import { Button } from "./Button.tsx";
import { PartFailure } from "./lazy-part.tsx";
import { isPageOutdated } from "./page-version.ts";

export interface BoundaryProps {
  /** The part's name at the beginning of a sentence: “This screen”. */
  readonly what: string;
  /** `line`: the part is one of many in a row or list, so the message is as small as possible. */
  readonly look?: "block" | "line";
  /** Closes a part that was opened over the page. */
  readonly onClose?: (() => void) | undefined;
  /** Replaces the part silently, where this says the same: a text as it was written. */
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

  /** Retries in the background; the screen changes only when the part has loaded. */
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
