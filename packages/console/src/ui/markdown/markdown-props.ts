/** What a text takes, whether its renderer is here yet or not. */
export interface MarkdownProps {
  readonly text: string;
  /** The text is still being written. */
  readonly isLive?: boolean;
}
