/**
 * Declares the parts of the gateway that the plugin uses, because the gateway's own types are not installed here.
 *
 * @typedef {{ readonly url: string, readonly gatewayId: string, readonly tokenFile?: string, readonly tokenEnv?: string }} Config
 * @typedef {{ readonly agentId?: string, readonly sessionKey?: string }} HookContext
 * @typedef {{ info(text: string): void, warn(text: string): void, debug?(text: string): void }} Logger
 * @typedef {{ readonly content: readonly { readonly type: "text", readonly text: string }[], readonly details: object }} ToolResult
 * @typedef {object} HostTool
 * @property {string} name
 * @property {string} label
 * @property {string} description
 * @property {object} parameters
 * @property {(callId: string, input: unknown, signal?: AbortSignal) => Promise<ToolResult>} execute
 *
 * @typedef {import("node:http").IncomingMessage} HttpRequest
 * @typedef {import("node:http").ServerResponse} HttpResponse
 * @typedef {object} HostRoute
 * @property {string} path
 * @property {"gateway" | "plugin"} auth
 * @property {"exact" | "prefix"} match
 * @property {(request: HttpRequest, response: HttpResponse) => Promise<boolean>} handler
 * @property {(request: HttpRequest, socket: import("node:stream").Duplex, head: Buffer) => Promise<boolean>} [handleUpgrade]
 *
 * @typedef {object} Host
 * @property {Partial<Config>} [pluginConfig]
 * @property {string} registrationMode
 * @property {Logger} logger
 * @property {(create: (context: HookContext) => HostTool | null, options: { name: string }) => void} registerTool
 * @property {(name: string, handle: (event: any, context: HookContext) => Promise<object | undefined>) => void} on
 * @property {(service: { id: string, start(): void, stop(): void }) => void} registerService
 * @property {(route: HostRoute) => void} registerHttpRoute
 * @property {(name: string, handle: (call: { respond(isOk: boolean, payload: object): void }) => Promise<void>, options: { scope: string }) => void} [registerGatewayMethod]
 * @property {{ controls: { registerControlUiDescriptor(tab: object): void } }} session
 */
export {};
