/** Lists the tools of an MCP server: what each says it does, what it takes, and whether a model may see it. */
import type { McpTool } from "@reef/protocol/mcp";
import { mcpToolState } from "@reef/protocol/mcp-tool-state";
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import { WholeText } from "../../ui/WholeText.tsx";
import styles from "./ToolsScreen.module.css";
import { argumentsOf } from "./tool-arguments.ts";

const wordsByState = { approved: null, new: "new: not approved yet", changed: "changed: not approved yet" } as const;

export function ServerTools({ tools }: { readonly tools: readonly McpTool[] }): ReactElement {
  return (
    <ul className={`${shapes.bare} ${styles.tools}`} aria-label="Tools">
      {tools.map((tool) => {
        const unsettled = wordsByState[mcpToolState(tool)];
        return (
          <li key={tool.name} className={styles.tool}>
            <p className={styles.toolHead}>
              <code title={tool.fullName}>{tool.name}</code>
              <span className={shapes.meta}>{tool.readOnly ? "says it only reads" : "may change things"}</span>
              {unsettled && <span className={styles.mark}>{unsettled}</span>}
            </p>
            <p className={styles.words}>
              <WholeText text={tool.description || tool.title || "It doesn't say what it does."} />
            </p>
            <Arguments schema={tool.inputSchema} />
          </li>
        );
      })}
    </ul>
  );
}

function Arguments({ schema }: { readonly schema: McpTool["inputSchema"] }): ReactElement | null {
  const all = argumentsOf(schema);
  if (all.length === 0) return null;
  return (
    <p className={shapes.meta}>
      takes{" "}
      {all.map(({ name, isRequired }, index) => (
        <span key={name}>
          {index > 0 && ", "}
          <code>{name}</code>
          {!isRequired && "?"}
        </span>
      ))}
    </p>
  );
}
