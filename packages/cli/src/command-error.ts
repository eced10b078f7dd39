/** A command throws this to stop; its message is for the person at the shell. */
export class CommandError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "CommandError";
  }
}
