/** Defines the endpoint that exports a conversation as a file: streamed, so that its length does not matter. */
import { cleanFileName } from "@reef/engine/file/file-name";
import { ConversationExport, type ExportFormat, ExportFormat as Format } from "@reef/protocol/export";
import { SessionId } from "@reef/protocol/ids";
import { z } from "zod";
import { type Conversation, openConversation } from "../export/conversation.ts";
import { contentDisposition } from "./content-disposition.ts";
import { type Edge, found } from "./edge.ts";
import { type Route, route } from "./route.ts";
import { toBytes } from "./text-stream.ts";

/** For a browser that opens it in place: no script, nothing remote. */
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

interface FileForm {
  readonly ending: string;
  readonly mediaType: string;
  /** Loaded when it is needed: the start does not wait for it. */
  readonly write: (conversation: Conversation) => Promise<AsyncGenerator<string, void>>;
}

const formByName: Readonly<Record<ExportFormat, FileForm>> = {
  markdown: {
    ending: "md",
    mediaType: "text/markdown; charset=utf-8",
    write: async (conversation) => (await import("../export/markdown.ts")).writeMarkdown(conversation),
  },
  json: {
    ending: "json",
    mediaType: "application/json; charset=utf-8",
    write: async (conversation) => (await import("../export/json.ts")).writeJson(conversation),
  },
  html: {
    ending: "html",
    mediaType: "text/html; charset=utf-8",
    write: async (conversation) => (await import("../export/html.ts")).writeHtml(conversation),
  },
};

export function exportRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/export",
        tag: "Sessions",
        summary: "Export a conversation as Markdown, JSON or HTML",
        description:
          "A download of the whole transcript as it stands, of any length. Secrets that can be recognised are replaced by `[redacted …]`, and files are named, not included. The schema is that of `format=json`; `markdown` answers text/markdown and `html` a text/html page without scripts. A stream that breaks off is not whole.",
        params: z.object({ id: SessionId }),
        query: z.strictObject({ format: Format.default("markdown") }),
        status: 200,
        answer: ConversationExport,
      },
      async ({ params: { id }, query: { format } }) => {
        const session = await found(deps.store.read.session(id), "session");
        const conversation = await openConversation(deps, session, await deps.store.read.bot(session.botId));
        const { ending, mediaType, write } = formByName[format];
        return new Response(toBytes(await write(conversation)), {
          headers: {
            "content-type": mediaType,
            "content-disposition": contentDisposition("attachment", fileName(conversation.title, ending)),
            "content-security-policy": filePolicy,
            "cache-control": "no-store",
          },
        });
      },
    ),
  ];
}

/** Returns a name that every system can keep: letters with a special meaning on some become a line. */
export function fileName(title: string, ending: string): string {
  const safe = title.replace(/[<>:"/\\|?*]+/g, "-").replace(/^[.\s]+/, "");
  const name = cleanFileName(shortTitle(safe), "conversation").replace(reserved, "$1-$2");
  return `${name}.${ending}`;
}

/** Never cuts a character in half. */
function shortTitle(title: string): string {
  return title.slice(0, mostTitle).replace(/[\ud800-\udbff]$/, "");
}

const mostTitle = 120;
/** Windows opens a device for these, whatever their extension. */
const reserved = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\.|$)/i;
