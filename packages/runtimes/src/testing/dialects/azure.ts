/**
 * Simulates Azure OpenAI, by its `/openai/v1` address and by deployments. Sources: Microsoft's reference of the service
 * and its error texts as quoted in openai/openai-python and microsoft/semantic-kernel issues.
 */
import { chatFrames, openaiUsage } from "./chat-frames.ts";
import { readChat } from "./chat-read.ts";
import { type Dialect, dialectKey, type Refusal, sse } from "./dialect.ts";
import { checkOpenaiChat, openaiRefusal, openaiTooLong } from "./openai-error.ts";

const deployment = "gpt-5-chat";

export const deploymentNotFound: Refusal = {
  status: 404,
  body: {
    error: {
      code: "DeploymentNotFound",
      message:
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    },
  },
};

/** What its content filter says of a prompt. */
export const contentFiltered: Refusal = openaiRefusal(
  400,
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
  {
    param: "prompt",
    code: "content_filter",
    status: 400,
    innererror: {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { violence: { filtered: true, severity: "high" } },
    },
  },
);

export const azure: Dialect = {
  name: "azure",
  kind: "azure",
  model: deployment,
  base: "/openai/v1",
  paths: ["/openai/v1/chat/completions", `/openai/deployments/${deployment}/chat/completions`],
  pages: {
    "/openai/v1/models": {
      object: "list",
      data: [{ id: deployment, object: "model", capabilities: { chat_completion: true } }],
    },
  },
  authorize: ({ headers, url }) => {
    if (headers["api-key"] !== dialectKey) {
      return {
        status: 401,
        body: {
          error: {
            code: "401",
            message:
              "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
          },
        },
      };
    }
    const needsVersion = url.pathname.startsWith("/openai/deployments/") && !url.searchParams.has("api-version");
    return needsVersion ? { status: 404, body: { error: { code: "404", message: "Resource not found" } } } : null;
  },
  check: (asked) =>
    asked.url.pathname.startsWith("/openai/v1/") && asked.body.model !== deployment
      ? deploymentNotFound
      : checkOpenaiChat(asked),
  read: readChat,
  callId: (n) => `call_${String(n).padStart(24, "Az1")}`,
  frames: (answer) => {
    const frames = chatFrames(answer, { thoughts: null, usage: openaiUsage });
    // Its first chunk has no choices: it says how the prompt was filtered.
    const filter = sse({
      id: "",
      object: "",
      created: 0,
      model: "",
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
    });
    return { ...frames, head: [filter, ...frames.head] };
  },
  tooLong: openaiTooLong,
  rateLimit: {
    status: 429,
    body: {
      error: {
        code: "429",
        message:
          "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 7 seconds.",
      },
    },
    headers: { "retry-after": "7" },
  },
  noTools: openaiRefusal(400, "Unsupported parameter: 'tools' is not supported with this model.", {
    param: "tools",
    code: "unsupported_parameter",
  }),
  streamError: sse({
    error: {
      message: "The server had an error while processing your request. Sorry about that!",
      type: "server_error",
      param: null,
      code: null,
    },
  }),
  signOfLife: null,
  images: { sees: true },
  reasoning: { never: "its chat completions keep what a model thought to themselves" },
  tells: { cached: true, cost: false },
};
