/** Explains why a sign-in failed, in words a person can act on. */
import { AppError } from "@reef/protocol/error";

export function loginProblem(failure: unknown): string {
  if (!(failure instanceof AppError)) return String(failure);
  if (failure.code === "unauthorized")
    return "That code is wrong, already used or expired. Create a new one in Reef's settings on a signed-in device, or restart Reef.";
  return failure.message;
}
