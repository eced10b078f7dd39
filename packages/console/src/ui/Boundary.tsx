/**
 * Keeps a part that failed from taking the page with it. Most often its code could not be loaded: the server is away, or was
 * updated under an open page. The rest goes on, and what is open elsewhere stays.
 */
import { Component, type ReactNode } from "react";
import styles from "./Boundary.module.css";
import { Button } from "./Button.tsx";

interface Props {
  /** What it is called to a person, such as “This screen”. */
  readonly what: string;
  readonly children: ReactNode;
}

export class Boundary extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div role="alert" className={styles.failed}>
        <p>
          <b>{this.props.what} couldn't be shown.</b> The server may be away, or Reef was updated since you opened this
          page.
        </p>
        <Button look="primary" onClick={() => location.reload()}>
          Reload
        </Button>
        <Button onClick={() => this.setState({ hasFailed: false })}>Try again</Button>
      </div>
    );
  }
}
