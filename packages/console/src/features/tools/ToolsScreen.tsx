/** Shows the MCP servers that give bots tools, and in a table which bot may use which tool. */
import type { McpServerId } from "@reef/protocol/ids";
import type { McpServer } from "@reef/protocol/mcp";
import { Wrench } from "lucide";
import { type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import cards from "../../ui/Cards.module.css";
import { Empty } from "../../ui/Empty.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { useLocation } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { ScreenTabs } from "../../ui/ScreenTabs.tsx";
import shapes from "../../ui/Shapes.module.css";
import { ServerCard } from "./ServerCard.tsx";
import { useMcpServers } from "./tool-queries.ts";
import { useChecks } from "./use-checks.ts";

const Catalogue = lazyPart("Catalogue", () => import("./Catalogue.tsx"));
const DeleteServer = lazyPart("DeleteServer", () => import("./DeleteServer.tsx"));
const ReviewTools = lazyPart("ReviewTools", () => import("./ReviewTools.tsx"));
const ServerForm = lazyPart("ServerForm", () => import("./ServerForm.tsx"));
const ToolMatrix = lazyPart("ToolMatrix", () => import("./ToolMatrix.tsx"));

type Open =
  | { readonly type: "add" | "catalogue" }
  | { readonly type: "edit" | "delete" | "review"; readonly id: McpServerId }
  | null;

export function ToolsScreen(): ReactElement {
  const { data: servers, error, refetch } = useMcpServers();
  const { search } = useLocation();
  const [open, setOpen] = useState<Open>(null);
  const checks = useChecks();
  const view = new URLSearchParams(search).get("view") === "bots" ? "bots" : "servers";
  const close = (): void => setOpen(null);
  const add = (): void => setOpen({ type: "add" });
  const choose = (): void => setOpen({ type: "catalogue" });
  const chosen = open && "id" in open ? servers?.find(({ id }) => id === open.id) : undefined;
  const saved = (server: McpServer, isOther: boolean): void => {
    close();
    // What it offers is known only once it was started.
    if (isOther && server.enabled) checks.start(server.id);
  };
  return (
    <Screen
      title="Tools"
      count={servers?.length}
      tabs={
        <ScreenTabs
          label="Views of tools"
          to="/tools"
          current={view}
          tabs={[
            { key: "servers", label: "Servers", search: {} },
            { key: "bots", label: "Bots", search: { view: "bots" } },
          ]}
        />
      }
      read={{ what: "the MCP servers", error, isReading: !servers, again: refetch, look: "card" }}
      tools={
        <>
          <Button onClick={choose}>Well-known servers</Button>
          <Button look={servers?.length ? "plain" : "primary"} onClick={add}>
            Add a server
          </Button>
        </>
      }
      empty={
        servers?.length === 0 && (
          <Empty
            icon={Wrench}
            title="No MCP servers yet"
            actions={
              <>
                <Button onClick={choose}>Well-known servers</Button>
                <Button onClick={add}>Add a server</Button>
              </>
            }
          >
            An MCP server is a program or a service that gives bots tools, such as a browser, an issue tracker or a
            database. Files and commands need none: switch on a bot's box in its Tools tab.
          </Empty>
        )
      }
      dialogs={
        <Part what="This dialog" onClose={close}>
          {open?.type === "add" && <ServerForm server={null} onSaved={saved} onClose={close} />}
          {open?.type === "catalogue" && (
            <Catalogue
              onSaved={(id) => {
                close();
                checks.start(id);
              }}
              onClose={close}
            />
          )}
          {open?.type === "edit" && chosen && <ServerForm server={chosen} onSaved={saved} onClose={close} />}
          {open?.type === "delete" && chosen && <DeleteServer server={chosen} onClose={close} />}
          {open?.type === "review" && chosen && <ReviewTools server={chosen} onClose={close} />}
        </Part>
      }
    >
      {servers && view === "servers" && (
        <ul className={`${shapes.bare} ${cards.list}`} aria-label="MCP servers">
          {servers.map((server) => (
            <ServerCard
              key={server.id}
              server={server}
              check={checks.of(server.id)}
              onCheck={() => checks.start(server.id)}
              onEdit={() => setOpen({ type: "edit", id: server.id })}
              onDelete={() => setOpen({ type: "delete", id: server.id })}
              onReview={() => setOpen({ type: "review", id: server.id })}
            />
          ))}
        </ul>
      )}
      {servers && view === "bots" && (
        <Part what="The table">
          <ToolMatrix servers={servers} />
        </Part>
      )}
    </Screen>
  );
}
