/** Says what a connection to an MCP server does, for all that use one. */
import type { Client } from "@modelcontextprotocol/client";
import type { McpServerState } from "@reef/protocol/mcp";
import type { ToldResult } from "./call-result.ts";
import type { Answered, ToldQuestion } from "./questions.ts";
import type { ToldSampling } from "./sampling.ts";

/** A tool as the protocol brings it. */
export interface ToldTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly annotations?:
    | {
        readonly title?: string | undefined;
        readonly readOnlyHint?: boolean | undefined;
        readonly idempotentHint?: boolean | undefined;
      }
    | undefined;
}

export interface ConnectionHealth {
  readonly state: Exclude<McpServerState, "off">;
  readonly problem: string | null;
  readonly software: string | null;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly onProgress?: (text: string) => void;
  /** Answers what the server asks during the call; without them it is refused. */
  readonly onQuestion?: (question: ToldQuestion) => Promise<Answered>;
  readonly onSampling?: (told: ToldSampling) => Promise<{ readonly text: string; readonly model: string }>;
}

/** What a server has beside tools. */
export interface Offers {
  readonly resources: boolean;
  readonly prompts: boolean;
}

export interface Connection extends AsyncDisposable {
  readonly health: ConnectionHealth;
  /** Starts the server if it is not running. */
  listTools(signal: AbortSignal): Promise<{ readonly tools: readonly ToldTool[]; readonly offers: Offers }>;
  /** Starts the server if it is not running, and gives `act` its client. */
  use<Value>(signal: AbortSignal, act: (client: Client) => Promise<Value>): Promise<Value>;
  /** Starts the server if it is not running. Rejects with `unavailable` if that fails. */
  call(name: string, input: Readonly<Record<string, unknown>>, options: CallOptions): Promise<ToldResult>;
  /** Lets the next call start it immediately, whatever failed before. */
  forgive(): void;
}
