/** Tests that every entry of the catalogue can be set up, and what is refused. */
import { McpCatalogueEntry } from "@reef/protocol/mcp-catalogue";
import { expect, it, test } from "vitest";
import { fillEntry, mcpCatalogue } from "./catalogue.ts";

const samples = { folder: "/home/me/notes", text: "postgres://a@b/c", secret: "x" } as const;

test.each(
  mcpCatalogue.map((entry) => [entry.name, entry] as const),
)("%s is valid once its answers are there", (_, entry) => {
  expect(McpCatalogueEntry.parse(entry)).toEqual(entry);
  const answers = Object.fromEntries(entry.inputs.map(({ name, kind }) => [name, samples[kind]]));
  const server = fillEntry(entry, { answers });
  expect(JSON.stringify(server)).not.toContain("${");
  for (const { name, kind } of entry.inputs)
    if (kind !== "secret") expect(JSON.stringify(server)).toContain(answers[name]);
});

it("names are unique, and answers that are missing, unknown or unfit are refused", () => {
  expect(new Set(mcpCatalogue.map(({ name }) => name)).size).toBe(mcpCatalogue.length);
  const files = mcpCatalogue.find(({ name }) => name === "filesystem") as McpCatalogueEntry;
  expect(() => fillEntry(files, { answers: {} })).toThrow("“Folder” is missing");
  expect(() => fillEntry(files, { answers: { folder: "/a", other: "x" } })).toThrow("no such input");
  expect(() => fillEntry(files, { answers: { folder: "relative" } })).toThrow("expected an absolute path");
  expect(() => fillEntry(files, { answers: { folder: "/a/../etc" } })).toThrow("without . and ..");
  expect(fillEntry(files, { answers: { folder: "/$&/$1" } }).box?.folders[0]?.path).toBe("/$&/$1");
});
