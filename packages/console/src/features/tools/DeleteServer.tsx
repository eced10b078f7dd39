/** Asks before an MCP server is deleted, and says which bots use it: from those it has to be taken first. */
import type { BotId } from "@reef/protocol/ids";
import type { McpServer } from "@reef/protocol/mcp";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { countOf } from "../../ui/count.ts";
import { takeBot } from "./save-attachments.ts";
import { secretNames } from "./server-words.ts";
import { readServersAgain } from "./tool-queries.ts";

export function DeleteServer({
  server: { id, name, transport, botIds },
  onClose,
}: {
  readonly server: McpServer;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const queryClient = useQueryClient();
  const { data: bots } = useQuery(botsQuery(reef.reads));
  const users = botIds.flatMap((botId) => bots?.get(botId as BotId) ?? []);
  const secrets = secretNames(transport);
  const remove = useMutation({
    mutationFn: async () => {
      for (const bot of users) {
        const mcp = bot.mcp.filter(({ serverId }) => serverId !== id);
        takeBot(reef, await reef.client.changeBot(bot.id, { mcp }));
      }
      await wholeClient(reef.client).deleteMcpServer(id);
    },
    onSuccess: async () => {
      await readServersAgain(queryClient);
      reef.toasts.show({ text: `${name} was deleted.` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${name}`}
      undone="Couldn't delete it"
      action="Delete"
      removal={remove}
      onClose={onClose}
    >
      {users.length === 0 ? (
        <p>No bot uses it.</p>
      ) : (
        <p>
          {countOf(users.length, "bot")} will lose its tools:{" "}
          {users
            .slice(0, 6)
            .map((bot) => bot.name)
            .join(", ")}
          {users.length > 6 && " …"}.
        </p>
      )}
      {secrets.length > 0 && (
        <p>
          {secrets.length === 1 ? "Its secret" : "Its secrets"} {secrets.map((secret) => `“${secret}”`).join(", ")}{" "}
          {secrets.length === 1 ? "stays" : "stay"} stored.
        </p>
      )}
    </ConfirmDialog>
  );
}
