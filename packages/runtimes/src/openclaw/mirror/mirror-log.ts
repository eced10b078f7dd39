/** Where the mirror tells what went wrong. */
export interface MirrorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}
