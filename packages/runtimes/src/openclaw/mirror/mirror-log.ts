/** Declares the log for the mirror's errors. */
export interface MirrorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}
