/** Why a sign-in failed, in words a person can act on. */
import { AppError } from "@reef/protocol/error";

export function loginProblem(failure: unknown): string {
  if (!(failure instanceof AppError)) return String(failure);
  if (failure.code === "unauthorized")
    return "That code is wrong, or was used already. Restart Reef for a new one, or use its token.";
  return failure.message;
}
