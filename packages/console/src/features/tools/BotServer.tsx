/** Chooses what one bot may use of one MCP server: nothing, all of its tools or some, and which calls ask a person first. */
import type { Bot } from "@reef/protocol/bot";
import type { McpServer } from "@reef/protocol/mcp";
import { mcpToolState } from "@reef/protocol/mcp-tool-state";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { countOf } from "../../ui/count.ts";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { type Choice, serverCell, toolCell, withServer, withTool } from "./attachment.ts";
import { changeAttachments } from "./save-attachments.ts";
import { serverState } from "./server-words.ts";
import styles from "./ToolsTab.module.css";

const choices = [
  ["off", "Off"],
  ["on", "Allowed"],
  ["ask", "Ask first"],
] as const;

export function BotServer({ bot, server }: { readonly bot: Bot; readonly server: McpServer }): ReactElement {
  const reef = useReef();
  const [isOpen, setOpen] = useState(false);
  const cell = serverCell(bot.mcp, server);
  const state = serverState(server);
  const names = { id: server.id, names: server.tools.map(({ name }) => name) };
  const used = server.tools.filter(({ name }) => toolCell(bot.mcp, server, name) !== "off").length;
  return (
    <li className={styles.server} data-server={server.name}>
      <div className={styles.serverHead}>
        <Sign status={state.sign} words={state.words} />
        <button
          type="button"
          className={`${shapes.wordLink} ${shapes.cut} ${styles.name}`}
          aria-expanded={isOpen}
          aria-label={`Tools of ${server.name}`}
          onClick={() => setOpen(!isOpen)}
        >
          {server.name}
        </button>
        <span className={`${shapes.meta} ${shapes.grow}`}>
          {cell === "off" ? countOf(server.tools.length, "tool") : `${used} of ${server.tools.length}`}
        </span>
        <Select<Choice | "some">
          aria-label={`Use of ${server.name}`}
          options={[...choices, ...(cell === "some" ? ([["some", "Some tools"]] as const) : [])]}
          value={cell}
          onChoose={(choice) =>
            choice !== "some" && changeAttachments(reef, bot, (before) => withServer(before, server, choice))
          }
        />
      </div>
      {server.problem && <p className={styles.problem}>{server.problem}</p>}
      {isOpen && (
        <ul className={`${shapes.bare} ${styles.tools}`} aria-label={`Tools of ${server.name}`}>
          {server.tools.length === 0 && <li className={shapes.meta}>It has listed no tools yet.</li>}
          {server.tools.map((tool) => (
            <li key={tool.name} className={styles.tool}>
              <code className={`${shapes.cut} ${shapes.grow}`} title={tool.description}>
                {tool.name}
              </code>
              {mcpToolState(tool) !== "approved" && <span className={shapes.meta}>not approved</span>}
              <Select<Choice>
                aria-label={`Use of ${tool.name}`}
                options={choices}
                value={toolCell(bot.mcp, server, tool.name)}
                onChoose={(choice) =>
                  changeAttachments(reef, bot, (before) => withTool(before, names, { name: tool.name, choice }))
                }
              />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
