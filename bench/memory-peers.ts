/**
 * Runs other people's memory stores on the same lines and questions in this process. They are not dependencies: exact
 * versions are installed once into a folder of the user's cache. Without a network the bench leaves them out and says so.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { RecallRow } from "@reef/engine/port/recall";
import type { Retriever } from "./memory-retriever.ts";
import { lineOf } from "./memory-retriever.ts";
import { startEmbeddingServer, textToVector, vectorSize } from "./memory-vectors.ts";

/** The last two are optional dependencies: mem0ai reads words and names with them. */
const packages: Readonly<Record<string, string>> = {
  "@lancedb/lancedb": "0.39.0",
  "apache-arrow": "18.1.0",
  mem0ai: "3.3.1",
  "better-sqlite3": "13.2.0",
  compromise: "14.14.4",
  natural: "8.1.1",
};

export type Peers =
  | { readonly state: "ready"; readonly retrievers: readonly Retriever[] }
  | { readonly state: "missing"; readonly reason: string };

/** Installs the missing ones: about 600 MB, once. */
export function loadPeers(): Peers {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "reef", "bench-peers");
  try {
    install(folder);
    const load = createRequire(join(folder, "package.json"));
    return { state: "ready", retrievers: [...lanceRetrievers(load), mem0Retriever(load)] };
  } catch (error) {
    return { state: "missing", reason: error instanceof Error ? error.message : String(error) };
  }
}

function install(folder: string): void {
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  const file = join(folder, "package.json");
  const stamp = join(folder, "installed.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === manifest) return;
  console.error(`installing peers into ${folder}, once …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, manifest);
  // Their optional peers are dozens of database clients that nothing here uses.
  const flags = ["--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", ["install", ...flags], { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm install of the peers ended with ${error?.message ?? status}`);
  writeFileSync(stamp, manifest);
}

interface LanceQuery {
  nearestTo(vector: readonly number[]): LanceQuery;
  distanceType(type: "cosine"): LanceQuery;
  fullTextSearch(text: string, options: { columns: readonly string[] }): LanceQuery;
  rerank(reranker: unknown): LanceQuery;
  limit(rows: number): LanceQuery;
  select(columns: readonly string[]): LanceQuery;
  toArray(): Promise<readonly { readonly id: string }[]>;
}

interface Lance {
  connect(folder: string): Promise<{
    createTable(
      name: string,
      rows: readonly object[],
    ): Promise<{ createIndex(column: string, options: object): Promise<void>; query(): LanceQuery; close(): void }>;
    close(): void;
  }>;
  readonly Index: { fts(options: { stem: boolean; removeStopWords: boolean }): unknown };
  readonly rerankers: { readonly RRFReranker: { create(k: number): Promise<unknown> } };
}

function lanceRetrievers(load: NodeJS.Require): readonly Retriever[] {
  // Otherwise it warns at every search.
  process.env.LANCEDB_LOG = "error";
  const lance = load("@lancedb/lancedb") as Lance;
  const open = async (rows: readonly RecallRow[], isHybrid: boolean) => {
    const folder = mkdtempSync(join(tmpdir(), "reef-bench-lance-"));
    const db = await lance.connect(folder);
    const lines = rows.map((row) => ({ id: row.id, text: lineOf(row), vector: textToVector(lineOf(row)) }));
    const table = await db.createTable("memories", lines);
    await table.createIndex("text", { config: lance.Index.fts({ stem: true, removeStopWords: true }) });
    const reranker = await lance.rerankers.RRFReranker.create(60);
    return {
      async search(question: string) {
        const text = question.replace(/[^\w\s]/g, " ");
        const words = (query: LanceQuery) => query.fullTextSearch(text, { columns: ["text"] });
        const query = isHybrid
          ? words(table.query().nearestTo(textToVector(question)).distanceType("cosine")).rerank(reranker)
          : words(table.query());
        return (await query.limit(10).select(["id"]).toArray()).map(({ id }) => id);
      },
      async [Symbol.asyncDispose]() {
        table.close();
        db.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
  const version = packages["@lancedb/lancedb"];
  return [
    { name: `LanceDB ${version} hybrid`, open: (rows) => open(rows, true) },
    { name: `LanceDB ${version} full text`, open: (rows) => open(rows, false) },
  ];
}

interface Mem0 {
  readonly Memory: new (
    options: object,
  ) => {
    add(text: string, options: object): Promise<unknown>;
    search(
      text: string,
      options: object,
    ): Promise<{ readonly results: readonly { readonly metadata: { readonly row: string } }[] }>;
  };
}

function mem0Retriever(load: NodeJS.Require): Retriever {
  const home = mkdtempSync(join(tmpdir(), "reef-bench-mem0-"));
  // Read on load: by default it would send telemetry, write into the home folder, and print advertisements.
  Object.assign(process.env, { MEM0_TELEMETRY: "false", MEM0_DIR: home, DOTENV_CONFIG_QUIET: "true" });
  const { Memory } = load("mem0ai/oss") as Mem0;
  return {
    name: `mem0ai ${packages.mem0ai}`,
    async open(rows) {
      const folder = mkdtempSync(join(home, "store-"));
      const server = await startEmbeddingServer();
      const provider = { apiKey: "none", baseURL: server.url };
      const memory = new Memory({
        version: "v1.1",
        disableHistory: true,
        historyDbPath: join(folder, "history.db"),
        embedder: { provider: "openai", config: { ...provider, model: "hashed-words", embeddingDims: vectorSize } },
        vectorStore: {
          provider: "memory",
          config: { collectionName: "memories", dimension: vectorSize, dbPath: join(folder, "vectors.db") },
        },
        llm: { provider: "openai", config: { ...provider, model: "none" } },
      });
      for (const row of rows) {
        await memory.add(lineOf(row), { userId: "bot", infer: false, metadata: { row: row.id } });
      }
      return {
        async search(question) {
          const filters = { user_id: "bot" };
          const { results } = await memory.search(question, { filters, topK: 10, threshold: 0 });
          return results.map(({ metadata }) => metadata.row);
        },
        async [Symbol.asyncDispose]() {
          await server[Symbol.asyncDispose]();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}
