/** Runs an action and reports a failure in a toast, with the error's own words. */
import { AppError } from "@reef/protocol/error";
import type { Toasts } from "./toasts.ts";

/** `what` begins the toast, as "Couldn't archive it". Never rejects. */
export async function attempt(
  reef: { readonly toasts: Toasts },
  what: string,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    reef.toasts.show({ tone: "failed", text: `${what}: ${errorText(error)}` });
  }
}

export function errorText(error: unknown): string {
  if (!(error instanceof AppError)) return String(error);
  const fields = error.fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return fields ? `${error.message} (${fields})` : error.message;
}
