/**
 * Opens the page at which a person allows Reef to use a remote MCP server. The window is opened in the click, since
 * browsers block it later; it gets its address when the server has named it.
 */
import { AppError } from "@reef/protocol/error";
import type { McpServerId } from "@reef/protocol/ids";
import type { Reef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";

export async function signInAt(reef: Reef, id: McpServerId): Promise<void> {
  const page = window.open("about:blank", "_blank");
  let isShown = false;
  await attempt(reef, "Couldn't begin to sign in", async () => {
    const { url } = await wholeClient(reef.client).signInAtMcpServer(id);
    if (!/^https?:\/\//i.test(url)) throw new AppError("unavailable", "the server named no page to sign in at");
    if (page === null)
      throw new AppError("unavailable", "the browser blocked the page: allow Reef to open windows, and try again");
    page.opener = null;
    page.location.replace(url);
    isShown = true;
  });
  if (!isShown) page?.close();
}
