/** Says what keeps a bot from working on its model, with the way out. Shows nothing while all is well. */
import type { Bot } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { applyEvents } from "../../data/apply-events.ts";
import { useReef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Link } from "../../ui/router.tsx";
import { providersQuery } from "../providers/provider-queries.ts";
import styles from "./BotModelNotice.module.css";
import { type ModelTrouble, modelTrouble } from "./bot-model.ts";
import { modelsQuery } from "./model-queries.ts";
import { useServerModel } from "./use-server-model.ts";

export function BotModelNotice({
  bot,
  place,
}: {
  readonly bot: Bot;
  /** A slim line over a session, or a note on the bot's page. */
  readonly place: "line" | "note";
}): ReactElement | null {
  const { reads } = useReef();
  const serverModel = useServerModel();
  const isModel = bot.runtime === "loop";
  const { data: list } = useQuery({ ...modelsQuery(reads), enabled: isModel });
  const { data: providers } = useQuery({ ...providersQuery(reads), enabled: isModel });
  if (serverModel === undefined || (isModel && (!list || !providers))) return null;
  const trouble = modelTrouble(bot, { models: list?.items ?? [], providers: providers ?? [], serverModel });
  if (!trouble) return null;
  return (
    <aside className={styles.notice} data-place={place} data-trouble={trouble.type} aria-label="Model">
      <span>{wordsFor(trouble, bot)}</span>
      <WayOut trouble={trouble} bot={bot} serverModel={serverModel} />
    </aside>
  );
}

function wordsFor(trouble: ModelTrouble, bot: Bot): ReactNode {
  switch (trouble.type) {
    case "demo":
      return "This bot runs on the demo runtime, which isn't a language model.";
    case "no-model":
      return `No model is set up, so ${bot.name} can't answer.`;
    case "no-provider":
      return `No provider named “${trouble.provider}” is set up, so ${bot.name} can't answer.`;
    case "provider-off":
      return `The provider ${trouble.provider} is disabled, so ${bot.name} can't answer.`;
    case "no-key":
      return `The key of ${trouble.provider} is missing, so ${bot.name} can't answer.`;
    case "no-tools":
      return `${trouble.model} can't use tools: ${bot.name} can talk, but it can't remember on its own, write to other bots or ask you questions.`;
  }
}

function WayOut({
  trouble,
  bot,
  serverModel,
}: {
  readonly trouble: ModelTrouble;
  readonly bot: Bot;
  readonly serverModel: string | null;
}): ReactElement | null {
  const reef = useReef();
  if (trouble.type === "no-tools") return null;
  if (trouble.type !== "demo" || serverModel === null) {
    return (
      <Link to="/providers">
        {trouble.type === "provider-off" || trouble.type === "no-key" ? "Open providers" : "Set up a model"}
      </Link>
    );
  }
  const change = (): void =>
    void attempt(reef, "Couldn't switch the bot", async () => {
      const changed = await reef.client.changeBot(bot.id, { runtime: "loop", model: null });
      applyEvents(reef.queryClient, [{ type: "bot.changed", seq: 0, at: changed.updatedAt, bot: changed }]);
      reef.toasts.show({ text: `${bot.name} now runs on ${serverModel}.` });
    });
  return <Button onClick={change}>Switch to {serverModel}</Button>;
}
