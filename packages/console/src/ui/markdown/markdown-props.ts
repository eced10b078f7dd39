/** Defines the props of a text, whether its renderer has loaded yet or not. */
export interface MarkdownProps {
  readonly text: string;
  /** True while the text is being written. */
  readonly isLive?: boolean;
}
