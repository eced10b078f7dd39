/**
 * Turns what a server asks during a call into asks of a person: a form becomes one question a field, a page to open one
 * question with its address. Everything it says is data in others' words. It waits as long as the call may take; a call
 * that ends takes its open question with it.
 */
import { commitOps } from "@reef/engine/commit";
import { makeId } from "@reef/engine/ids";
import type { ToolRun } from "@reef/engine/tool/tool";
import { AppError } from "@reef/protocol/error";
import type { AskId } from "@reef/protocol/ids";
import { plainText } from "./call-result.ts";

/** As the protocol brings it. */
export interface ToldQuestion {
  readonly mode?: string | undefined;
  readonly message: string;
  readonly url?: unknown;
  readonly requestedSchema?: unknown;
}

export type Answered =
  | { readonly action: "accept"; readonly content?: Readonly<Record<string, string | number | boolean | string[]>> }
  | { readonly action: "decline" | "cancel" };

const decline = "Decline";
const skip = "Skip";
const mostFields = 10;
const mostTries = 3;
const longestMessage = 2_000;

export async function askPerson(
  run: ToolRun,
  { server, question }: { readonly server: string; readonly question: ToldQuestion },
): Promise<Answered> {
  const said = `The MCP server “${server}” asks:\n\n${clip(question.message, longestMessage)}`;
  if (question.mode === "url") return await askForPage(run, said, question.url);
  const fields = fieldsOf(question.requestedSchema);
  if (fields.length === 0) {
    const answer = await ask(run, { question: said, options: ["Accept", decline], freeText: false });
    return answer === null
      ? { action: "cancel" }
      : answer === "Accept"
        ? { action: "accept", content: {} }
        : { action: "decline" };
  }
  const content: Record<string, string | number | boolean | string[]> = {};
  for (const field of fields) {
    const value = await askForField(run, said, field);
    if (value.state === "ended") return { action: value.action };
    if (value.state === "value") content[field.name] = value.value;
  }
  return { action: "accept", content };
}

async function askForPage(run: ToolRun, said: string, url: unknown): Promise<Answered> {
  const address = typeof url === "string" && URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) return { action: "decline" };
  const question = `${said}\n\nOpen this page, if you trust it, and come back: ${address.href.slice(0, 4_000)}`;
  const answer = await ask(run, { question, options: ["Done", decline], freeText: false });
  return answer === null ? { action: "cancel" } : answer === "Done" ? { action: "accept" } : { action: "decline" };
}

interface FormField {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "choices";
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  readonly isRequired: boolean;
}

type FieldAnswer =
  | { readonly state: "value"; readonly value: string | number | boolean | string[] }
  | { readonly state: "skipped" }
  | { readonly state: "ended"; readonly action: "decline" | "cancel" };

async function askForField(run: ToolRun, said: string, field: FormField): Promise<FieldAnswer> {
  const head = `${said}\n\n**${field.title}**${field.about === "" ? "" : `: ${field.about}`}`;
  const own =
    field.kind === "boolean" ? ["Yes", "No"] : field.kind === "choice" ? field.choices.map(({ title }) => title) : [];
  const options = [...own, ...(field.isRequired ? [] : [skip]), decline];
  let fault = "";
  for (let tries = 0; tries < mostTries; tries += 1) {
    const list =
      field.kind === "choices"
        ? `\n\nAny of, separated by commas: ${field.choices.map(({ title }) => title).join(", ")}`
        : "";
    const answer = await ask(run, { question: `${head}${list}${fault}`, options, freeText: own.length === 0 });
    if (answer === null) return { state: "ended", action: "cancel" };
    if (answer === decline) return { state: "ended", action: "decline" };
    if (answer === skip && !field.isRequired) return { state: "skipped" };
    const value = answerToValue(field, answer);
    if (value !== null) return { state: "value", value };
    fault = `\n\n“${clip(answer, 100)}” does not fit: expected ${field.kind === "choices" ? "some of these" : `a ${field.kind}`}.`;
  }
  return { state: "ended", action: "cancel" };
}

function answerToValue({ kind, choices }: FormField, answer: string): string | number | boolean | string[] | null {
  const find = (title: string) =>
    choices.find((each) => each.title.toLowerCase() === title.trim().toLowerCase())?.value;
  switch (kind) {
    case "text":
      return answer;
    case "boolean":
      return answer === "Yes" ? true : answer === "No" ? false : null;
    case "choice":
      return find(answer) ?? null;
    case "choices": {
      const found = answer.split(",").map(find);
      return found.every((value) => value !== undefined) ? found : null;
    }
    case "number":
    case "integer": {
      const value = Number(answer.trim());
      return Number.isFinite(value) && (kind === "number" || Number.isSafeInteger(value)) ? value : null;
    }
  }
}

function fieldsOf(schema: unknown): readonly FormField[] {
  const { properties, required } = (schema ?? {}) as { readonly properties?: unknown; readonly required?: unknown };
  if (typeof properties !== "object" || properties === null) return [];
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties)
    .slice(0, mostFields)
    .map(([name, told]): FormField => {
      const { type, title, description, items, ...rest } = (told ?? {}) as Readonly<Record<string, unknown>>;
      const choices = choicesOf(type === "array" ? items : rest);
      const kind =
        type === "boolean" || type === "number" || type === "integer"
          ? type
          : choices.length === 0
            ? "text"
            : type === "array"
              ? "choices"
              : "choice";
      return {
        name,
        title: clip(typeof title === "string" ? title : name, 200),
        about: clip(typeof description === "string" ? description : "", 1_000),
        kind,
        choices,
        isRequired: needed.has(name),
      };
    });
}

/** The protocol writes choices in several ways. */
function choicesOf(told: unknown): FormField["choices"] {
  const { enum: values, enumNames, oneOf, anyOf } = (told ?? {}) as Readonly<Record<string, unknown>>;
  const named = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : null;
  if (named !== null) {
    return named.slice(0, 18).flatMap((each: unknown) => {
      const { const: value, title } = (each ?? {}) as Readonly<Record<string, unknown>>;
      return typeof value === "string" ? [{ value, title: clip(typeof title === "string" ? title : value, 200) }] : [];
    });
  }
  if (!Array.isArray(values)) return [];
  const names = Array.isArray(enumNames) ? enumNames : [];
  return values.slice(0, 18).map((value, at) => ({
    value: String(value),
    title: clip(typeof names[at] === "string" ? names[at] : String(value), 200),
  }));
}

/** Opens a question and waits for its answer; null if it is cancelled, or if the call ends first. */
async function ask(
  { deps, session, turn, bot, callId, signal }: ToolRun,
  {
    question,
    options,
    freeText,
  }: { readonly question: string; readonly options: readonly string[]; readonly freeText: boolean },
): Promise<string | null> {
  if (turn.id === null || signal.aborted) return null;
  const id = makeId("ask");
  const settled = whenSettled({ deps, signal }, id);
  try {
    await commitOps(
      deps,
      { op: "chain.use", chainId: turn.chainId, of: "openQuestions", max: deps.settings.chainLimits.openQuestions },
      {
        op: "ask.open",
        ask: {
          id,
          kind: "question",
          sessionId: session.id,
          botId: bot.id,
          turnId: turn.id,
          callId,
          messageId: null,
          chainId: turn.chainId,
          question,
          options: [...new Set(options)],
          freeText,
        },
      },
    );
  } catch (error) {
    settled.stop();
    // Too many questions are open already, or the session is gone.
    if (error instanceof AppError) return null;
    throw error;
  }
  const answer = await settled.answer;
  if (signal.aborted && answer === null) {
    // Nobody waits for it any more. It may have been answered, or cancelled with its turn, a moment ago.
    await commitOps(deps, { op: "ask.answer", id, answer: "Not answered in time" }).catch(() => undefined);
  }
  return answer;
}

function whenSettled({ deps, signal }: Pick<ToolRun, "deps" | "signal">, id: AskId) {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const unsubscribe = deps.store.onEvents((events) => {
    for (const event of events) {
      if (event.type !== "ask.changed" || event.ask.id !== id || event.ask.state === "open") continue;
      finish(event.ask.state === "answered" ? event.ask.answer : null);
    }
  });
  const giveUp = () => finish(null);
  signal.addEventListener("abort", giveUp, { once: true });
  function finish(answer: string | null): void {
    unsubscribe();
    signal.removeEventListener("abort", giveUp);
    resolve(answer);
  }
  return { answer: promise, stop: giveUp };
}

function clip(text: string, most: number): string {
  const plain = plainText(text);
  return plain.length > most ? `${plain.slice(0, most)}…` : plain;
}
