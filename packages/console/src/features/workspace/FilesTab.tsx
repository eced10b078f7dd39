/** Shows the folder that a session's bot works in: its files, and what each turn changed in it. */
import type { Bot } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import { FolderClosed } from "lucide";
import { type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { showTab } from "../../data/right-panel.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { useCell } from "../../ui/cell.ts";
import { Empty } from "../../ui/Empty.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import type { TabProps } from "../panel/tab-props.ts";
import styles from "./FilesTab.module.css";
import { FilesView } from "./FilesView.tsx";
import { useFollowWorkspace } from "./workspace-queries.ts";

const ChangesView = lazyPart("ChangesView", () => import("./ChangesView.tsx"));
const FileView = lazyPart("FileView", () => import("./FileView.tsx"));

export function FilesTab({ session }: TabProps): ReactElement | null {
  const { reads, rightPanel } = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reads), select: (bots) => bots.get(session.botId) });
  if (!bot) return null;
  if (bot.box === null) {
    return (
      <Empty
        icon={FolderClosed}
        title={`${bot.name} has no workspace`}
        actions={
          bot.runtime !== "openclaw" && <Button onClick={() => showTab(rightPanel, "tools")}>Set up its box</Button>
        }
      >
        {bot.runtime === "openclaw"
          ? "Agents of OpenClaw keep their files there."
          : "With a box, a bot has a folder for files and can run commands in it."}
      </Empty>
    );
  }
  return <Workspace key={bot.id} bot={bot} box={bot.box} />;
}

function Workspace({ bot, box }: { readonly bot: Bot; readonly box: NonNullable<Bot["box"]> }): ReactElement {
  const { rightPanel } = useReef();
  const path = useCell(rightPanel.file);
  const [view, setView] = useState<"files" | "changes">("files");
  useFollowWorkspace(bot.id);
  if (path !== null) {
    return (
      <Part what="The file">
        <FileView key={path} botId={bot.id} path={path} onClose={() => rightPanel.file.set(null)} />
      </Part>
    );
  }
  return (
    <div className={styles.tab}>
      <div className={styles.head}>
        <Choice
          label="What to show"
          options={[
            ["files", "Files"],
            ["changes", "Changes"],
          ]}
          value={view}
          onChoose={setView}
        />
        {box.workspace !== null && <span className={`${shapes.cut} ${shapes.meta}`}>shared: {box.workspace}</span>}
      </div>
      {!box.enabled && (
        <p className={`${shapes.meta} ${styles.note}`}>Its box is off: the files stay, and the bot can't use them.</p>
      )}
      {view === "files" ? (
        <FilesView botId={bot.id} />
      ) : (
        <Part what="The changes">
          <ChangesView botId={bot.id} />
        </Part>
      )}
    </div>
  );
}
