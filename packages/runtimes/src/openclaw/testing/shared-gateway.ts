/**
 * Shares one real gateway among all suites of a run of the project `openclaw`: started before the first file, ended
 * after the last. A suite gets it with `sharedGateway`; it may kill and start it, and leaves it running.
 */
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { attachGateway, type RealGateway, startRealGateway } from "./real-gateway.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the shared gateway. */
    openclawFolder: string;
  }
}

/** Called by vitest. The gateway starts while the first file loads. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const gateway = await startRealGateway({ launchOnly: true });
  project.provide("openclawFolder", gateway.folder);
  return async () => await gateway[Symbol.asyncDispose]();
}

/** Returns the gateway of this run, ready. */
export async function sharedGateway(): Promise<RealGateway> {
  const gateway = attachGateway(inject("openclawFolder"));
  if (gateway.pid === null) gateway.launch();
  await gateway.ready();
  return gateway;
}
