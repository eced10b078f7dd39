/**
 * Keeps a part that failed from taking the page with it. Most often its code could not be loaded: the server is away, or was
 * updated under an open page. The rest goes on, and what is open elsewhere stays.
 */
import { Component, type ReactNode } from "react";
import styles from "./Boundary.module.css";
import { Button } from "./Button.tsx";
import { PartFailure } from "./lazy-part.tsx";
import { isPageOutdated } from "./page-version.ts";

interface Props {
  /** What it is called to a person, such as “This screen”. */
  readonly what: string;
  /** For what was opened over the page, and can be left. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

interface State {
  readonly hasFailed: boolean;
  readonly isOutdated: boolean;
}

export class Boundary extends Component<Props, State> {
  override state: State = { hasFailed: false, isOutdated: false };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    if (error instanceof PartFailure) error.forget();
    void isPageOutdated().then((isOutdated) => this.setState({ isOutdated }));
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    const { what, onClose } = this.props;
    return (
      <div role="alert" className={styles.failed}>
        <p>
          <b>{what} couldn't be shown.</b>{" "}
          {this.state.isOutdated
            ? "Reef was updated since you opened this page. Reload it to go on; drafts stay."
            : "The server may be away."}
        </p>
        <Button look="primary" onClick={() => location.reload()}>
          Reload
        </Button>
        <Button onClick={() => this.setState({ hasFailed: false })}>Try again</Button>
        {onClose && <Button onClick={onClose}>Close</Button>}
      </div>
    );
  }
}
