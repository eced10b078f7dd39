/** Says whether what a tool says now is what was approved. It stands apart from the schemas, so that a page can use it without them. */
import type { McpTool } from "./mcp.ts";

/** `approved`: used as it is. `new` and `changed`: not used until a person approves what it says now. */
export function mcpToolState({ approved, ...now }: McpTool): "approved" | "new" | "changed" {
  if (approved === null) return "new";
  const isSame =
    approved.description === now.description &&
    JSON.stringify(approved.inputSchema) === JSON.stringify(now.inputSchema);
  return isSame ? "approved" : "changed";
}
