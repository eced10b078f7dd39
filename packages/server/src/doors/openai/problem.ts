/** Writes errors as OpenAI's clients read them: `{error: {message, type, param, code}}` under the right status. */
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { errorToProblem } from "../../http/errors.ts";

export const OpenAiProblem = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: "OpenAiProblem" });
type OpenAiProblem = z.infer<typeof OpenAiProblem>;

export function openAiError(error: unknown): { readonly status: number } & OpenAiProblem {
  const { status, detail, code } = errorToProblem(error);
  const param = error instanceof AppError ? (error.fields[0]?.path ?? null) : null;
  return { status, error: { message: detail, type: typeOf(status), param, code: codeByCode[code] ?? code } };
}

export function openAiProblem(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, ...body } = openAiError(error);
  return Response.json(body, { status, headers });
}

const codeByCode: Readonly<Record<string, string>> = {
  unauthorized: "invalid_api_key",
  rate_limited: "rate_limit_exceeded",
  limit_exceeded: "rate_limit_exceeded",
  internal: "server_error",
};

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}
