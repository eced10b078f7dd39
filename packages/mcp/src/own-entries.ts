/**
 * Gives bots the resources and prompts of a server as two tools in Reef's own words, whose names have a sign that
 * no tool of a server may begin with.
 */
import type { ToolRun } from "@reef/engine/tool/tool";
import type { McpTool } from "@reef/protocol/mcp";
import { type TakenResult, type ToldContent, takeResult } from "./call-result.ts";
import type { Connection, Offers } from "./connected.ts";

export const ownMark = "reef:";
const resourcesName = `${ownMark}resources`;
const promptsName = `${ownMark}prompts`;

/** The most that is listed, and the longest that is told of one. */
const mostListed = 500;
const longestLine = 500;

/** `name` is the server's. */
export function ownEntries(name: string, { resources, prompts }: Offers): readonly McpTool[] {
  const text = (description: string, properties: object) => ({
    description,
    inputSchema: { type: "object", properties, additionalProperties: false } as McpTool["inputSchema"],
  });
  const make = (own: string, said: ReturnType<typeof text>): McpTool => ({
    name: own,
    fullName: `${name}__${own.slice(ownMark.length)}`,
    title: null,
    readOnly: true,
    ...said,
    approved: said,
  });
  return [
    ...(resources
      ? [
          make(
            resourcesName,
            text(`Reads a resource of the MCP server “${name}”; without an address it lists them.`, {
              uri: { type: "string", description: "The address of a resource." },
            }),
          ),
        ]
      : []),
    ...(prompts
      ? [
          make(
            promptsName,
            text(
              `Reads a prompt of the MCP server “${name}”: instructions that it offers. Without a name it lists them.`,
              {
                name: { type: "string", description: "The name of a prompt." },
                arguments: {
                  type: "object",
                  description: "Its arguments, each a text.",
                  additionalProperties: { type: "string" },
                },
              },
            ),
          ),
        ]
      : []),
  ];
}

/** Returns null if it is a tool of the server itself. */
export async function callOwnEntry(
  connection: Connection,
  name: string,
  { input, run }: { readonly input: Readonly<Record<string, unknown>>; readonly run: Pick<ToolRun, "signal"> },
): Promise<TakenResult | null> {
  if (name === resourcesName) {
    if (typeof input.uri === "string" && input.uri !== "") return await readResource(connection, input.uri, run.signal);
    return asText(
      (await listResources(connection, run.signal)).map(
        ({ uri, name: title, description }) => `${uri} ${title}: ${description}`,
      ),
    );
  }
  if (name !== promptsName) return null;
  if (typeof input.name === "string" && input.name !== "") {
    return await readPrompt(connection, { name: input.name, args: textsOf(input.arguments) }, run.signal);
  }
  return asText(
    (await listPrompts(connection, run.signal)).map(
      ({ name: title, description, arguments: args }) =>
        `${title}(${args.map((each) => `${each.name}${each.required ? "" : "?"}`).join(", ")}): ${description}`,
    ),
  );
}

export async function listResources(connection: Connection, signal: AbortSignal) {
  const { resources } = await connection.use(signal, (client) => client.listResources(undefined, { signal }));
  return resources.slice(0, mostListed).map(({ uri, name, description = "", mimeType = null }) => ({
    uri: uri.slice(0, 4_000),
    name: name.slice(0, longestLine),
    description: description.slice(0, longestLine),
    mediaType: mimeType,
  }));
}

export async function readResource(connection: Connection, uri: string, signal: AbortSignal): Promise<TakenResult> {
  const { contents } = await connection.use(signal, (client) => client.readResource({ uri }, { signal }));
  return takeResult({ content: contents.map((resource): ToldContent => ({ type: "resource", resource })) });
}

export async function listPrompts(connection: Connection, signal: AbortSignal) {
  const { prompts } = await connection.use(signal, (client) => client.listPrompts(undefined, { signal }));
  return prompts.slice(0, mostListed).map(({ name, description = "", arguments: args = [] }) => ({
    name: name.slice(0, longestLine),
    description: description.slice(0, longestLine),
    arguments: args.slice(0, 50).map((each) => ({
      name: each.name.slice(0, 200),
      description: (each.description ?? "").slice(0, longestLine),
      required: each.required === true,
    })),
  }));
}

export async function readPrompt(
  connection: Connection,
  { name, args }: { readonly name: string; readonly args: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<TakenResult> {
  const { messages } = await connection.use(signal, (client) =>
    client.getPrompt({ name, arguments: { ...args } }, { signal }),
  );
  const content = messages.flatMap(({ role, content: said }): ToldContent[] => [
    { type: "text", text: `${role}:` },
    said as ToldContent,
  ]);
  return takeResult({ content });
}

function textsOf(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== "object" || given === null) return {};
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
}

function asText(lines: readonly string[]): TakenResult {
  const text = lines.length === 0 ? "There are none." : lines.join("\n");
  return takeResult({ content: [{ type: "text", text }] });
}
