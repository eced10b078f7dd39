/**
 * Loaded by an OpenClaw gateway: adds Reef's tools, memory and console. The gateway may load it several times in one
 * process.
 */
import { definePluginEntry } from "openclaw/plugin-sdk/plugin-entry";
import { register } from "./src/register.mjs";

// biome-ignore lint/style/noProcessEnv: the gateway's environment is where its plugins' tokens may be.
const environment = process.env;

// biome-ignore lint/style/noDefaultExport: the gateway's loader requires it.
export default definePluginEntry({
  id: "reef-home",
  name: "Reef Home",
  description: "Reef's tools, memory and console for the bots of this gateway.",
  register: (api) => register(api, environment),
});
