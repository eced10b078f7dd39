/**
 * Shows which bot may use which server and tool, as a table: a press allows, asks first, or takes away. Arrow keys move between its
 * cells, so that Tab passes the table in one step.
 */
import type { Bot } from "@reef/protocol/bot";
import type { McpServer } from "@reef/protocol/mcp";
import { useQuery } from "@tanstack/react-query";
import { Bot as BotIcon } from "lucide";
import { type KeyboardEvent, type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import shapes from "../../ui/Shapes.module.css";
import { nextChoice, serverCell, toolCell, withServer, withTool } from "./attachment.ts";
import { CellSign, MatrixCell } from "./MatrixCell.tsx";
import { changeAttachments } from "./save-attachments.ts";
import styles from "./ToolMatrix.module.css";

/** More columns would be drawn slowly and found by nobody: the field above narrows them. */
const mostBots = 40;
/** Servers with more tools together begin folded. */
const mostTools = 40;

export function ToolMatrix({ servers }: { readonly servers: readonly McpServer[] }): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const [words, setWords] = useState("");
  const [at, setAt] = useState("0:0");
  const toolCount = servers.reduce((sum, { tools }) => sum + tools.length, 0);
  const [folded, setFolded] = useState<ReadonlySet<string>>(
    () => new Set(toolCount > mostTools ? servers.map(({ id }) => id) : []),
  );
  const all = [...(bots?.values() ?? [])];
  // An agent of OpenClaw has its own tools.
  const able = all.filter(({ runtime }) => runtime !== "openclaw");
  const found = able.filter(({ name }) => name.toLowerCase().includes(words.trim().toLowerCase()));
  const shown = found.slice(0, mostBots);
  const outside = all.length - able.length;
  const rows = servers.flatMap((server) => [
    { server, tool: null },
    ...(folded.has(server.id) ? [] : server.tools.map((tool) => ({ server, tool }))),
  ]);
  if (bots && able.length === 0) {
    return (
      <Empty icon={BotIcon} title="No bot can use these tools">
        Bots of Reef's own loop use MCP servers. Agents of OpenClaw have their own tools.
      </Empty>
    );
  }
  return (
    <div className={styles.matrix}>
      <div className={shapes.wrap}>
        {able.length > 8 && <SearchField label="Find a bot" value={words} onSeek={setWords} />}
        <ul className={`${shapes.bare} ${styles.legend}`} aria-label="What the signs mean">
          <li>
            <CellSign cell="on" /> allowed
          </li>
          <li>
            <CellSign cell="ask" /> asks you first
          </li>
          <li>
            <CellSign cell="some" /> some of its tools
          </li>
        </ul>
        {outside > 0 && <p className={shapes.meta}>Agents of OpenClaw have their own tools.</p>}
        {found.length > mostBots && (
          <p className={shapes.meta}>
            {mostBots} of {found.length} bots are shown.
          </p>
        )}
      </div>
      {bots && shown.length === 0 ? (
        <NoResults words={words} onClear={() => setWords("")} />
      ) : (
        <div className={styles.scroll}>
          {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are pressed, and arrow keys move between them */}
          <table role="grid" className={styles.table} aria-label="Which bot may use which tool" onKeyDown={move}>
            <thead>
              <tr>
                <td className={styles.corner} />
                {shown.map(({ id, name }) => (
                  <th key={id} scope="col" className={styles.bot} title={name}>
                    <span className={shapes.cut} dir="auto">
                      {name}
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ server, tool }, row) => (
                <tr key={`${server.id} ${tool?.name ?? ""}`} data-of={tool === null ? "server" : "tool"}>
                  <th scope="row" className={styles.row}>
                    {tool === null ? (
                      <ServerHead
                        server={server}
                        isFolded={folded.has(server.id)}
                        onFold={() => setFolded(toggled(folded, server.id))}
                      />
                    ) : (
                      <code className={shapes.cut} title={tool.description}>
                        {tool.name}
                      </code>
                    )}
                  </th>
                  {shown.map((bot, column) => (
                    <MatrixTd
                      key={bot.id}
                      {...{ bot, server, tool: tool?.name ?? null, place: `${row}:${column}` }}
                      isCurrent={at === `${row}:${column}`}
                      onFocus={() => setAt(`${row}:${column}`)}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function ServerHead({
  server: { name, tools },
  isFolded,
  onFold,
}: {
  readonly server: McpServer;
  readonly isFolded: boolean;
  readonly onFold: () => void;
}): ReactElement {
  return (
    <button type="button" className={styles.fold} aria-expanded={!isFolded} onClick={onFold}>
      <span className={shapes.cut}>{name}</span>
      <span className={shapes.meta}>{tools.length}</span>
    </button>
  );
}

function MatrixTd({
  bot,
  server,
  tool,
  place,
  isCurrent,
  onFocus,
}: {
  readonly bot: Bot;
  readonly server: McpServer;
  /** Null for the row of all its tools. */
  readonly tool: string | null;
  readonly place: string;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
}): ReactElement {
  const reef = useReef();
  const names = { id: server.id, names: server.tools.map(({ name }) => name) };
  const cell = tool === null ? serverCell(bot.mcp, server) : toolCell(bot.mcp, server, tool);
  const press = (): void =>
    changeAttachments(reef, bot, (before) => {
      const now = tool === null ? serverCell(before, server) : toolCell(before, server, tool);
      const choice = nextChoice(now);
      return tool === null ? withServer(before, server, choice) : withTool(before, names, { name: tool, choice });
    });
  return (
    <td>
      <MatrixCell
        cell={cell}
        label={`${bot.name}, ${tool === null ? `all tools of ${server.name}` : tool}`}
        place={place}
        isCurrent={isCurrent}
        onFocus={onFocus}
        onPress={press}
      />
    </td>
  );
}

const stepByKey: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function move(event: KeyboardEvent<HTMLTableElement>): void {
  const step = stepByKey[event.key];
  const place = (event.target as HTMLElement).dataset.place;
  if (step === undefined || place === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const [row = 0, column = 0] = place.split(":").map(Number);
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-place="${row + step[0]}:${column + step[1]}"]`);
  event.preventDefault();
  next?.focus();
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(names);
  if (!next.delete(name)) next.add(name);
  return next;
}
