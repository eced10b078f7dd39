/** Warns, before a message is sent, that the bot will not see its pictures: a bot that gets only their names gives a useless answer. */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Link } from "../../ui/router.tsx";
import { blindModel } from "../model/bot-model.ts";
import { modelDefaultsQuery, modelsQuery } from "../model/model-queries.ts";
import styles from "./AttachmentTray.module.css";

export function UnseenPictures({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { reads } = useReef();
  const { data: session } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(sessionId) });
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: list } = useQuery(modelsQuery(reads));
  const { data: defaults } = useQuery(modelDefaultsQuery(reads));
  const bot = session && bots?.get(session.botId);
  if (!bot || !list || !defaults) return null;
  const model = blindModel(bot, { models: list.items, defaults });
  if (model === null) return null;
  return (
    <p className={styles.unseen} role="note">
      {model} can't see images, so {bot.name} only gets their names.{" "}
      <Link to="/providers">Choose a model for images</Link>
    </p>
  );
}
