/** Reads a contract as a bot writes it, and says it in words: to the bot that works, and to the session that gets the result. */
import { Evidence, type ResultContract } from "@reef/protocol/contract";

const forms = "file: PATH, command: COMMAND, link: URL or person: QUESTION";

/** Returns the contract, null if nothing is asked for, or what is wrong with it. */
export function readContract({
  resultSchema,
  evidence,
}: {
  readonly resultSchema?: string | undefined;
  readonly evidence?: readonly string[] | undefined;
}): ResultContract | null | string {
  const schema = resultSchema === undefined ? null : readJson(resultSchema);
  if (schema !== null && !isObject(schema)) return "resultSchema must be the JSON text of a JSON Schema object";
  const found: Evidence[] = [];
  for (const text of evidence ?? []) {
    const one = readEvidence(text);
    if (one === null) return `“${text}” cannot be read as evidence: write ${forms}`;
    found.push(one);
  }
  return schema === null && found.length === 0 ? null : { schema, evidence: found };
}

function readEvidence(text: string): Evidence | null {
  const [, kind = "", rest = ""] = /^\s*(file|command|link|person)\s*:\s*([\s\S]+)$/i.exec(text) ?? [];
  const value = rest.trim();
  const fields = {
    file: { path: value },
    command: { command: value },
    link: { url: value },
    person: { question: value },
  };
  const name = kind.toLowerCase();
  const read = name in fields ? Evidence.safeParse({ kind: name, ...fields[name as keyof typeof fields] }) : null;
  return read?.success === true ? read.data : null;
}

/** Returns undefined if the text is no JSON. A fence of Markdown around it does not count. */
export function readJson(text: string): unknown {
  const [, fenced] = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/i.exec(text) ?? [];
  try {
    return JSON.parse(fenced ?? text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is NonNullable<ResultContract["schema"]> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sayEvidence(evidence: Evidence): string {
  switch (evidence.kind) {
    case "file":
      return `the file ${evidence.path} exists`;
    case "command":
      return `the command \`${evidence.command}\` ends with the exit code 0`;
    case "link":
      return `${evidence.url} answers`;
    case "person":
      return `a person says yes to “${evidence.question}”`;
  }
}

/** For the prompt of the session that works on the task. */
export function sayContract({ schema, evidence }: ResultContract): string {
  const parts = [
    "The result of this task is checked. Report it with report_result before you end; a result that breaks the contract can be corrected once.",
    ...(schema === null
      ? []
      : [`- It must be JSON, and nothing else, that fits this JSON Schema: ${JSON.stringify(schema)}`]),
    ...evidence.map((each) => `- When you report it, ${sayEvidence(each)}.`),
  ];
  return parts.join("\n");
}

/** For the session that gave the task. */
export function sayMet({ schema, evidence }: ResultContract): string {
  const met = [...(schema === null ? [] : ["it fits the schema"]), ...evidence.map(sayEvidence)];
  return `The result meets its contract: ${met.join("; ")}.`;
}

export function sayBroken(reasons: readonly string[], raw: string): string {
  const list = reasons.map((reason) => `- ${reason}`).join("\n");
  return `The task failed its contract:\n${list}\n\nWhat it reported:\n${raw === "" ? "(no text)" : raw}`;
}
