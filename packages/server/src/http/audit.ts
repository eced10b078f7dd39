/** Defines the endpoints of the audit: its lines, the whole of it as a file, and whether its chain holds (AU1). */
import { matchesAudit } from "@reef/engine/audit/filter";
import { verifyAudit } from "@reef/engine/audit/verify";
import type { Queries } from "@reef/engine/port/queries";
import { AuditFilter, AuditLine, AuditVerdict } from "@reef/protocol/audit";
import { pageOf } from "@reef/protocol/page";
import { hashText } from "@reef/store/write/audit";
import { z } from "zod";
import { contentDisposition } from "./content-disposition.ts";
import type { Edge } from "./edge.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";
import { toBytes } from "./text-stream.ts";

const tag = "Audit";
const linesAtOnce = 1_000;

export function auditRoutes({ deps }: Edge): readonly Route[] {
  const { read } = deps.store;
  return [
    route(
      {
        method: "get",
        path: "/v1/audit",
        tag,
        summary: "List who did what, newest first",
        description:
          "A line for every change of configuration, ask, approval, link, deletion, login and stop. `actor` is a kind (`person`, `bot`, `system`) or the id of a bot or a device; `action` is one, or the part before its dot.",
        query: z.strictObject({ ...pageQuery, ...AuditFilter.shape }),
        status: 200,
        answer: pageOf(AuditLine),
      },
      ({ query: { limit, cursor, ...filter } }) => read.audit(filter, pageOfQuery({ limit, cursor })),
    ),
    route(
      {
        method: "get",
        path: "/v1/audit/export",
        tag,
        summary: "Export the audit as JSON lines or CSV",
        description: "A download, oldest line first, of any length. The filters are those of the list.",
        query: z.strictObject({ format: z.enum(["jsonl", "csv"]).default("jsonl"), ...AuditFilter.shape }),
        status: 200,
        answer: "application/jsonl",
      },
      async ({ query: { format, ...filter } }) => {
        const lines = readLines(read, filter);
        return new Response(toBytes(format === "csv" ? writeCsv(lines) : writeJson(lines)), {
          headers: {
            "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8",
            "content-disposition": contentDisposition("attachment", `reef-audit.${format}`),
            "cache-control": "no-store",
          },
        });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/audit/verify",
        tag,
        summary: "Say whether the audit is whole",
        description:
          "Reads every line and computes its hash again. Lines cut off at the end cannot be noticed from within: compare `head` with one that you kept elsewhere.",
        status: 200,
        answer: AuditVerdict,
      },
      () => verifyAudit(deps, hashText),
    ),
  ];
}

async function* readLines(read: Queries, filter: AuditFilter): AsyncGenerator<AuditLine, void> {
  for (let after = 0; ; ) {
    const lines = await read.auditAfter(after, linesAtOnce);
    for (const line of lines) if (matchesAudit(filter, line)) yield line;
    if (lines.length < linesAtOnce) return;
    after = lines.at(-1)?.seq ?? after;
  }
}

async function* writeJson(lines: AsyncIterable<AuditLine>): AsyncGenerator<string, void> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

const csvColumns = ["seq", "at", "actor", "actorId", "via", "action", "subject", "details", "previous", "hash"];

async function* writeCsv(lines: AsyncIterable<AuditLine>): AsyncGenerator<string, void> {
  yield `${csvColumns.join(",")}\r\n`;
  for await (const { seq, at, actor, action, subject, details, previous, hash } of lines) {
    const cells = [String(seq), at, actor.kind, actor.id, actor.via, action, subject];
    yield `${[...cells, JSON.stringify(details), previous, hash].map(toCell).join(",")}\r\n`;
  }
}

/** A spreadsheet would run a cell that begins like a formula. */
function toCell(text: string | null): string {
  const harmless = /^[=+\-@\t\r]/.test(text ?? "") ? `'${text}` : (text ?? "");
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
