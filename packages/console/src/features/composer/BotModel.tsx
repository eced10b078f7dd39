/** Names the model that answers here, and leads to where it is set. */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown } from "lucide";
import type { ReactElement } from "react";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { showTab, toggleRightPanel } from "../../data/right-panel.ts";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import { useServerModel } from "../model/use-server-model.ts";
import styles from "./BotModel.module.css";

export function BotModel({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { reads, rightPanel } = useReef();
  const { data: botId } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(sessionId)?.botId });
  const { data: bot } = useQuery({ ...botsQuery(reads), select: (bots) => (botId ? bots.get(botId) : undefined) });
  const serverModel = useServerModel();
  const model = bot?.model ?? serverModel;
  if (!bot || !model) return null;
  const showBot = (): void => {
    showTab(rightPanel, "bot");
    if (!rightPanel.isShown.get()) toggleRightPanel(rightPanel);
  };
  return (
    <button
      type="button"
      className={styles.model}
      aria-label={`Model: ${model}`}
      title={`${model}${bot.model === null ? ", the server's default" : ""}. Change it for ${bot.name}`}
      onClick={showBot}
    >
      <span className={shapes.cut}>{model.slice(model.lastIndexOf("/") + 1)}</span>
      <Icon icon={ChevronsUpDown} size={12} />
    </button>
  );
}
