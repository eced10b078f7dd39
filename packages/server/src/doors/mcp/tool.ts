/** Defines a tool as an MCP client sees it, whichever scope it is of. */
import type { JsonSchemaObject } from "./json.ts";

export interface ToolCall {
  readonly input: unknown;
  /** Names the call, so that a repeated one is not done again; new for each call if the client gives none. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** Shows the client that the call is alive. */
  progress(): Promise<void>;
}

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchemaObject;
  /** True if it only reads. */
  readonly isReadOnly: boolean;
  call(call: ToolCall): Promise<ToolAnswer>;
}
