/**
 * Installs llama.cpp itself, as a native module in an npm package: 10 MB, once, into the cache that also has OpenClaw.
 * Only the one for Linux on x64 is used; elsewhere the suites that need it are skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../openclaw/testing/environment.ts";
import { tinyModel } from "./tiny-model.ts";

const name = "@fugood/node-llama-linux-x64";
const version = "1.7.15";

export const hasLlama = process.platform === "linux" && process.arch === "x64";

export interface Llama {
  /** The native module. */
  readonly module: string;
  readonly model: string;
}

export function installLlama(): Llama {
  const folder = join(cacheFolder(), `llama-${version}`);
  const llama = { module: join(folder, "node_modules", name, "index.node"), model: join(folder, "tiny.gguf") };
  if (!existsSync(llama.module)) install(folder);
  writeFileSync(llama.model, tinyModel());
  return llama;
}

function install(folder: string): void {
  const part = `${folder}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, "package.json"), JSON.stringify({ name: "reef-llama-cache", private: true }));
  const { status, stderr } = spawnSync("npm", ["install", `${name}@${version}`, "--no-audit", "--no-fund"], {
    cwd: part,
    encoding: "utf8",
    timeout: 5 * 60_000,
  });
  if (status !== 0) {
    rmSync(part, { recursive: true, force: true });
    throw new Error(`${name}@${version} could not be installed: ${stderr.trim().split("\n").slice(-3).join(" ")}`);
  }
  try {
    renameSync(part, folder);
  } catch (cause) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(join(folder, "node_modules"))) throw new Error(`${folder} is in the way`, { cause });
  }
}
