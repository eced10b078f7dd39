/** Creates the server's runtimes. `loop` is always one of them: a model can be set up at any time. */
import type { Clock } from "@reef/engine/port/clock";
import type { Runtime } from "@reef/engine/port/runtime";
import type { RuntimeName } from "@reef/protocol/bot";
import { createDemoRuntime } from "@reef/runtimes/demo/demo-runtime";
import { createLoopRuntime } from "@reef/runtimes/loop/loop-runtime";
import type { ModelSource } from "@reef/runtimes/loop/settings";
import type { Gateways } from "@reef/runtimes/openclaw/connection";
import { createOpenClawRuntime } from "@reef/runtimes/openclaw/openclaw-runtime";
import type { ServerLog } from "./observe/log.ts";

export interface Runtimes {
  readonly byName: ReadonlyMap<RuntimeName, Runtime>;
  /** The runtime of a new bot, and the default model. */
  defaults(): { readonly runtime: RuntimeName; readonly model: string | null };
}

export interface RuntimesParts {
  readonly models: ModelSource & { ofNewBot(): ReturnType<Runtimes["defaults"]> };
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly gateways: Gateways;
}

export function createRuntimes({ models, clock, log, gateways }: RuntimesParts): Runtimes {
  const byName = new Map<RuntimeName, Runtime>([
    ["demo", createDemoRuntime({ clock })],
    ["loop", createLoopRuntime({ models, clock, log })],
    ["openclaw", createOpenClawRuntime({ gateways, clock, log })],
  ]);
  return { byName, defaults: () => models.ofNewBot() };
}
