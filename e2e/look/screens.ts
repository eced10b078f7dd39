/** Names the screens whose pictures are kept. */
import { sessionIdAt } from "./cast.ts";

export type Shape = "light" | "dark" | "phone";

export interface Screen {
  readonly name: string;
  /** Of the console; null shows the styleguide. */
  readonly path: string | null;
  readonly shapes: readonly Shape[];
  /** Text that stands on it once it is complete. */
  readonly until: string;
}

const all = ["light", "dark", "phone"] as const;

export const screens: readonly Screen[] = [
  { name: "home", path: "/", shapes: all, until: "Check TLS certificates" },
  { name: "sessions", path: "/sessions", shapes: ["phone"], until: "Docs site dark mode" },
  { name: "session-running", path: `/s/${sessionIdAt(6)}`, shapes: all, until: "before I touch them" },
  { name: "session-asks", path: `/s/${sessionIdAt(0)}`, shapes: all, until: "The package is ready" },
  { name: "session-failed", path: `/s/${sessionIdAt(5)}`, shapes: ["light"], until: "did not answer" },
  { name: "bots", path: "/bots", shapes: all, until: "Automation" },
  { name: "activity", path: "/activity", shapes: ["light"], until: "Docs site dark mode" },
  { name: "messages", path: "/messages", shapes: ["light", "phone"], until: "Open Source" },
  { name: "schedules", path: "/schedules", shapes: ["light", "phone"], until: "Agent frameworks digest" },
  { name: "spend", path: "/spend", shapes: ["light", "dark"], until: "BlackBox5 Lead" },
  { name: "providers", path: "/providers", shapes: ["light"], until: "Anthropic" },
  { name: "tools", path: "/tools", shapes: ["light", "phone"], until: "Not checked yet" },
  { name: "tool-table", path: "/tools?view=bots", shapes: ["dark"], until: "github" },
  { name: "gateways", path: "/gateways", shapes: ["light"], until: "OpenClaw" },
  { name: "settings", path: "/settings", shapes: ["light", "dark", "phone"], until: "Theme" },
  { name: "styleguide", path: null, shapes: ["light"], until: "Show details" },
];
