/** Writes errors as Anthropic's clients read them: `{type: "error", error: {type, message}}` under the right status. */
import { z } from "zod";
import { errorToProblem } from "../../http/errors.ts";

export const AnthropicProblem = z
  .object({ type: z.literal("error"), error: z.object({ type: z.string(), message: z.string() }) })
  .meta({ id: "AnthropicProblem" });
type AnthropicProblem = z.infer<typeof AnthropicProblem>;

export function anthropicError(error: unknown): { readonly status: number; readonly body: AnthropicProblem } {
  const { status, detail } = errorToProblem(error);
  return { status, body: { type: "error", error: { type: typeByStatus[status] ?? typeOf(status), message: detail } } };
}

export function anthropicProblem(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, body } = anthropicError(error);
  return Response.json(body, { status, headers });
}

const typeByStatus: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
};

function typeOf(status: number): string {
  return status >= 500 ? "api_error" : "invalid_request_error";
}
