/** Shows what a session's bot may use beside Reef's own tools: MCP servers, and its box for files, commands and the web. */
import type { Bot } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import tab from "../../ui/PanelTab.module.css";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import type { TabProps } from "../panel/tab-props.ts";
import { BotServer } from "./BotServer.tsx";
import { BoxForm } from "./BoxForm.tsx";
import styles from "./ToolsTab.module.css";
import { useMcpServers } from "./tool-queries.ts";

export function ToolsTab({ session }: TabProps): ReactElement | null {
  const { reads } = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reads), select: (bots) => bots.get(session.botId) });
  if (!bot) return null;
  if (bot.runtime === "openclaw") {
    return (
      <p className={shapes.none}>
        {bot.name} runs on an OpenClaw agent, which has its own tools, files and commands. Servers and the box are for
        bots of Reef's own loop.
      </p>
    );
  }
  return (
    <div className={tab.tab}>
      <Servers bot={bot} />
      <BoxForm key={bot.id} bot={bot} />
    </div>
  );
}

function Servers({ bot }: { readonly bot: Bot }): ReactElement {
  const { data: servers, error, refetch } = useMcpServers();
  return (
    <section aria-labelledby="bot-servers">
      <h2 id="bot-servers" className={tab.heading}>
        MCP servers
      </h2>
      {error && <LoadFailure what="the MCP servers" error={error} onAgain={refetch} />}
      {servers?.length === 0 && (
        <p className={shapes.soft}>
          None yet. <Link to="/tools">Add a server</Link> to give bots more tools.
        </p>
      )}
      {servers && servers.length > 0 && (
        <>
          <ul className={`${shapes.bare} ${styles.servers}`}>
            {servers.map((server) => (
              <BotServer key={server.id} bot={bot} server={server} />
            ))}
          </ul>
          <p className={shapes.meta}>
            <Link to="/tools">Manage servers</Link>
          </p>
        </>
      )}
    </section>
  );
}
