/** Finds a path in its folder. A folder that does not exist holds nothing. */
import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import { folderOf } from "./paths.ts";

export async function isThere(client: Pick<Client, "workspace">, botId: BotId, path: string): Promise<boolean> {
  const folder = folderOf(path);
  try {
    const { entries } = await client.workspace(botId, folder === "" ? {} : { path: folder });
    return entries.some((entry) => entry.path === path);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return false;
    throw error;
  }
}
