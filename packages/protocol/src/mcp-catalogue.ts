/** A well-known MCP server, and what is needed to set it up: the settings of a server with places for a person's answers. */
import { z } from "zod";
import { McpServerName } from "./mcp.ts";

export const McpCatalogueInput = z.object({
  /** `${name}` in the settings stands for its answer; a secret is stored under this name. */
  name: z.string(),
  label: z.string(),
  /** A `folder` of the machine, any `text`, or the value of a `secret`. */
  kind: z.enum(["folder", "text", "secret"]),
  hint: z.string(),
});
export type McpCatalogueInput = z.infer<typeof McpCatalogueInput>;

export const McpCatalogueEntry = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    /** Where its authors describe it. */
    homepage: z.string(),
    /** True if it was tried with this version of Reef; how, `note` says. */
    tried: z.boolean(),
    note: z.string().nullable(),
    inputs: z.array(McpCatalogueInput),
    /** As `POST /v1/mcp-servers` takes it, once the answers are in their places. */
    server: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "McpCatalogueEntry" });
export type McpCatalogueEntry = z.infer<typeof McpCatalogueEntry>;

/** An entry as this machine can run it. */
export const McpCatalogueOffer = McpCatalogueEntry.extend({
  /** A program that it needs and that this machine lacks, such as `uvx`; null if nothing is missing. */
  missing: z.string().nullable(),
}).meta({ id: "McpCatalogueOffer" });
export type McpCatalogueOffer = z.infer<typeof McpCatalogueOffer>;

export const McpSetup = z
  .strictObject({
    /** By the input's name. */
    answers: z.record(z.string().max(100), z.string().min(1).max(10_000)).default({}),
    /** Its name in Reef; the catalogue's if left out. */
    name: McpServerName.optional(),
  })
  .meta({ id: "McpSetup" });
export type McpSetup = z.infer<typeof McpSetup>;
