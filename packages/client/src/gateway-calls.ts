/** These calls list gateways and what each one has, adopt and import it, and report the progress of long work. */
import type { Bot } from "@reef/protocol/bot";
import type {
  AdoptAgent,
  AdoptSession,
  Gateway,
  GatewayAgent,
  GatewayEntry,
  GatewayPatch,
  GatewayPlugin,
  GatewaySession,
  GatewaySessionFilter,
  NewGateway,
  NewGatewayAgent,
  WarmRequest,
} from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import type { ImportRequest } from "@reef/protocol/import";
import type { Page } from "@reef/protocol/page";
import type { Progress } from "@reef/protocol/progress";
import type { Session } from "@reef/protocol/session";
import type { CallOptions, Send } from "./call.ts";

interface GatewayPage {
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function gatewayCalls(send: Send) {
  const agentPath = (id: GatewayId, agentId: string) => `/v1/gateways/${id}/agents/${encodeURIComponent(agentId)}`;
  const sessionPath = (id: GatewayId, key: string) => `/v1/gateways/${id}/sessions/${encodeURIComponent(key)}`;
  return {
    /** In order of creation, each with its state at this moment. */
    gateways: (options?: CallOptions) => send<Page<Gateway>>({ method: "GET", path: "/v1/gateways", ...options }),
    gateway: (id: GatewayId, options?: CallOptions) =>
      send<Gateway>({ method: "GET", path: `/v1/gateways/${id}`, ...options }),
    createGateway: (gateway: NewGateway) => send<Gateway>({ method: "POST", path: "/v1/gateways", body: gateway }),
    changeGateway: (id: GatewayId, patch: GatewayPatch) =>
      send<Gateway>({ method: "PATCH", path: `/v1/gateways/${id}`, body: patch }),
    /** `conflict` while bots are bound to the gateway. */
    deleteGateway: (id: GatewayId) => send<void>({ method: "DELETE", path: `/v1/gateways/${id}` }),
    /** Tries to reach the gateway now, and returns the result. */
    checkGateway: (id: GatewayId) => send<Gateway>({ method: "POST", path: `/v1/gateways/${id}/check` }),
    /** Returns what Reef's plugin in the gateway reports: whether it can use Reef. */
    gatewayPlugin: (id: GatewayId) => send<GatewayPlugin>({ method: "GET", path: `/v1/gateways/${id}/plugin` }),
    gatewayAgents: (id: GatewayId, options?: CallOptions) =>
      send<Page<GatewayAgent>>({ method: "GET", path: `/v1/gateways/${id}/agents`, ...options }),
    /** Resolves when the new agent can be used; that takes some seconds. */
    createGatewayAgent: (id: GatewayId, agent: NewGatewayAgent) =>
      send<GatewayAgent>({ method: "POST", path: `/v1/gateways/${id}/agents`, body: agent }),
    /** Returns the bot that is bound to the agent, and creates it if there is none. */
    adoptAgent: (id: GatewayId, agentId: string, adopt: AdoptAgent = {}) =>
      send<Bot>({ method: "POST", path: `${agentPath(id, agentId)}/adopt`, body: adopt }),
    /** Warms one agent after another; see `progress`. */
    warmGateway: (id: GatewayId, warm: WarmRequest = {}) =>
      send<Progress>({ method: "POST", path: `/v1/gateways/${id}/warm`, body: warm }),
    /** Newest change first. */
    gatewaySessions: (id: GatewayId, query: GatewaySessionFilter & GatewayPage = {}, options?: CallOptions) =>
      send<Page<GatewaySession>>({
        method: "GET",
        path: `/v1/gateways/${id}/sessions`,
        query: { ...query },
        ...options,
      }),
    /** Ascending; without `before`, the newest. `next` is the `before` of the page with older entries. */
    gatewayEntries: (
      id: GatewayId,
      key: string,
      query: { readonly before?: string | null; readonly limit?: number } = {},
      options?: CallOptions,
    ) =>
      send<Page<GatewayEntry>>({
        method: "GET",
        path: `${sessionPath(id, key)}/entries`,
        query: { ...query },
        ...options,
      }),
    /** Returns the session that shows it from now on; its transcript follows in pages, see `progress`. */
    adoptGatewaySession: (id: GatewayId, key: string, adopt: AdoptSession = {}) =>
      send<Session>({ method: "POST", path: `${sessionPath(id, key)}/adopt`, body: adopt }),
    /**
     * Imports an OpenClaw, or with `dryRun` returns what an import would create. Resolves before the import ends: see
     * `progress`.
     */
    importOpenClaw: (request: ImportRequest) =>
      send<Progress>({ method: "POST", path: "/v1/import/openclaw", body: request }),
    /** Long work: what runs now, and what ended in the last hour; newest first. */
    progressList: (options?: CallOptions) => send<Page<Progress>>({ method: "GET", path: "/v1/progress", ...options }),
    progress: (id: string, options?: CallOptions) =>
      send<Progress>({ method: "GET", path: `/v1/progress/${id}`, ...options }),
    cancelProgress: (id: string) => send<Progress>({ method: "POST", path: `/v1/progress/${id}/cancel` }),
  };
}
