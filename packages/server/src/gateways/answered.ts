/** Words what a gateway refuses or fails to answer: `unavailable` when a retry may help. */
import { AppError } from "@reef/protocol/error";
import { GatewayError } from "@reef/runtimes/openclaw/connection";

export async function answered<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const isRefusal = cause.code === "refused" || cause.code === "read_only" || cause.code === "too_large";
    const code = isRefusal && !cause.retryable ? "conflict" : "unavailable";
    throw new AppError(code, `the gateway could not do it: ${cause.message}`, { cause });
  }
}
