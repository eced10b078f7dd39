/**
 * Starts and stops the parts of the server: store, runtimes, engine, hub, HTTP, sockets. Stopping runs in reverse:
 * nothing new comes in, turns are given back, the store is closed last.
 */
import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Deps, defaultSettings } from "@reef/engine/deps";
import { type Engine, startEngine } from "@reef/engine/engine";
import { startFleet } from "@reef/engine/fleet/fleet";
import type { LiveFrame } from "@reef/engine/live/live-text";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { createSkillSource } from "@reef/engine/tool/skill-source";
import { openMcpServers } from "@reef/mcp/servers";
import { AppError } from "@reef/protocol/error";
import { openRecall } from "@reef/recall/open-recall";
import { openGatewayAsks } from "@reef/runtimes/openclaw/asks/asks";
import type { Gateways } from "@reef/runtimes/openclaw/connection";
import { openGateways } from "@reef/runtimes/openclaw/gateways";
import { openMirror } from "@reef/runtimes/openclaw/mirror/mirror";
import { outsideFetch } from "@reef/runtimes/outside-fetch";
import { attributeCommits } from "./auth/acting.ts";
import { assertFleetKeys } from "./auth/fleet-keys.ts";
import { cookieNameOf, type Guard, loginKey } from "./auth/guard.ts";
import { keepInFile, keepInStore } from "./auth/login-keepers.ts";
import { loadLogins } from "./auth/logins.ts";
import type { OriginRules } from "./auth/origin.ts";
import { loadToken } from "./auth/token.ts";
import { openBoxes, skillsInBox } from "./box/boxes.ts";
import { systemClock } from "./clock.ts";
import { type Config, type Environment, isLoopbackHost } from "./config.ts";
import { createContractChecker } from "./contract/contract-checker.ts";
import { prepareDataFolder } from "./data-folder.ts";
import { openFeed } from "./doors/feed.ts";
import { createProgressList } from "./gateways/progress-list.ts";
import { createGatewayTokens } from "./gateways/tokens.ts";
import { joinConfiguredGateway } from "./gateways.ts";
import { type App, createApp } from "./http/app.ts";
import { createListener } from "./http/listener.ts";
import { forgetDeletedServers } from "./mcp/deleted-servers.ts";
import { createLaunch } from "./mcp/launch.ts";
import { createSignIns } from "./mcp/sign-ins.ts";
import { createCurrentEmbedder } from "./models/current-embedder.ts";
import { openModels } from "./models/open-models.ts";
import { openVault, secretsKeyVariable } from "./models/vault.ts";
import { createLoadMeter } from "./observe/load.ts";
import type { ServerLog } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { openStore } from "./open-store.ts";
import { createRuntimes, type Runtimes } from "./runtimes.ts";
import { openSkillFolders } from "./skills/skill-folders.ts";
import { type Hub, type HubNotice, openHub } from "./socket/hub.ts";
import { startLiveRelay } from "./socket/live-relay.ts";
import { createSocketServer, type SocketLimits, type SocketServer } from "./socket/socket-server.ts";
import { version } from "./version.ts";

export interface Server extends AsyncDisposable {
  /** Such as `http://127.0.0.1:18900`. */
  readonly url: string;
  readonly token: string;
  readonly app: App;
  readonly store: Store;
  readonly engine: Engine;
  readonly hub: Hub;
  readonly gateways: Gateways;
  /** Returns a one-time code for the console's login, valid for ten minutes. */
  makeLoginCode(): string;
}

export interface ServerOptions {
  readonly config: Config;
  readonly log: ServerLog;
  /** Replaces those that the configuration sets up. */
  readonly runtimes?: Runtimes;
  /** Instead of the machine's. */
  readonly clock?: Clock;
  readonly socketLimits?: Partial<SocketLimits>;
  /** Called when the server can no longer serve anyone. */
  readonly onFatal?: (error: Error) => void;
  /** Where tokens of gateways are looked up by name. */
  readonly environment?: Environment;
}

/** How long running requests may take when the server stops, in milliseconds. */
const drainMs = 1_500;

/** Resolves when it serves. Rejects when the folder is in use or the port is taken, with everything closed again. */
export async function startServer({ config, log, socketLimits, ...given }: ServerOptions): Promise<Server> {
  await using opened = new AsyncDisposableStack();
  const clock = given.clock ?? systemClock;
  const startedAtMs = clock.now();
  await prepareDataFolder(config.data, { mayBeEmpty: config.startEmpty || config.databaseUrl !== undefined });
  const metrics = opened.use(createMetrics());
  const openedStore = await openStore(config, { clock, log, ...(given.onFatal && { onFatal: given.onFatal }) });
  const store = attributeCommits(metrics.observeStore(opened.use(openedStore.store), log));
  const fleet = opened.use(
    startFleet({
      store,
      clock,
      log,
      identity: { host: hostname(), pid: process.pid, version, lanes: config.maxTurns },
      load: createLoadMeter(clock),
    }),
  );
  const guard = await createGuard({ config, store, clock });
  const hub = opened.use(await openHub({ store, log, onEvents: (events) => metrics.countEvents(events) }));
  const feed = opened.use(openFeed(store));
  guard.logins.onEnd((hash) => hub.dismissClient(loginKey(hash), "this device was signed out"));
  const show = (frame: LiveFrame) => {
    hub.publish(frame);
    feed.publish(frame);
  };
  const relay =
    store.live &&
    opened.use(
      startLiveRelay({
        channel: store.live,
        store,
        clock,
        worker: fleet.worker,
        onFrame: show,
        onNotice: (notice) => hub.tell(notice),
      }),
    );
  const news = {
    publish(frame: LiveFrame) {
      show(frame);
      relay?.publish(frame);
    },
    tell(notice: HubNotice) {
      hub.tell(notice);
      relay?.tell(notice);
    },
  };
  await joinConfiguredGateway({ config, store, clock });
  const environment = given.environment ?? {};
  const vault = openVault({ folder: config.data, words: environment[secretsKeyVariable] });
  await assertFleetKeys({ store, clock, token: guard.token, vault });
  const tokens = createGatewayTokens({ config, environment, store, vault, clock, log });
  const gateways = opened.use(await openGateways({ store, clock, log, readToken: tokens.read, lines: fleet }));
  const models = opened.use(await openModels({ config, store, clock, log, vault }));
  const runtimes = given.runtimes ?? createRuntimes({ models, clock, log, gateways });
  const settings = {
    ...defaultSettings,
    maxTurns: config.maxTurns,
    filesMaxBytes: config.filesMaxBytes,
    auditMs: config.auditDays === 0 ? null : config.auditDays * 86_400_000,
  };
  const fileBytes = await openedStore.openFiles();
  const skills = await openSkillFolders(store, config.data);
  const boxes = opened.use(await openBoxes({ config, store, clock, log, skills }));
  const { programs } = boxes.source;
  const signIns = createSignIns({ store, vault, clock, log, fetch: outsideFetch });
  opened.use(await forgetDeletedServers({ store, log, programs, signOut: signIns.signOut }));
  const mcpServers = opened.use(
    await openMcpServers({
      deps: { store, clock, settings },
      log,
      version,
      launch: createLaunch({ store, vault, clock, log, programs, signIns, allowUnboxed: config.mcpUnboxed }),
      fetch: outsideFetch,
      complete: async (request) => {
        const { complete } = runtimes.byName.get(request.bot.runtime) ?? {};
        if (complete === undefined) throw new AppError("unavailable", "the bot has no model that can be asked");
        return complete(request);
      },
    }),
  );
  const engine = opened.use(
    startEngine({
      store,
      clock,
      runtimes: runtimes.byName,
      live: news,
      settings,
      log,
      fileBytes,
      toolSources: [
        boxes,
        createSkillSource({
          deps: { store },
          folderInBox: ({ box }) =>
            box?.enabled === true && boxes.source.state.state === "ready" ? skillsInBox : null,
        }),
        mcpServers,
      ],
      contracts: createContractChecker({ box: boxes, deps: (): Deps => engine.deps }),
      openRecall: () => openRecall({ folder: join(config.data, "recall") }),
      embedder: createCurrentEmbedder(models),
      fleet,
    }),
  );
  const mirror = opened.use(
    openMirror({
      gateways,
      store,
      clock,
      log,
      folder: join(config.data, "openclaw"),
      onHint: (gatewayId, key) => news.tell({ type: "gateway", gatewayId, key }),
    }),
  );
  opened.use(openGatewayAsks({ gateways, mirror, deps: engine.deps, log }));
  const works = opened.use(
    createProgressList({ clock, log, onChange: (progress) => news.tell({ type: "progress", progress }) }),
  );
  const rules: OriginRules = { publicHosts: config.publicHosts, allowAnyAddress: !isLoopbackHost(config.host) };
  const state = { isStopping: false };
  const app = createApp({
    edge: {
      deps: engine.deps,
      hub,
      feed,
      guard,
      version,
      startedAtMs,
      runtimes: () => [...runtimes.byName.keys()],
      defaults: () => runtimes.defaults(),
      runningTurns: () => engine.runningTurns(),
      models,
      vault,
      tokens,
      ollamaUrl: config.ollamaUrl,
      importFolders: [join(config.data, "import"), ...config.importFolders],
      mirror,
      works,
      calls: engine,
      mcpServers,
      signIns,
      boxes: boxes.source,
      fleet,
    },
    rules,
    metrics,
    log,
    consoleFolders: consoleFolders(),
    isReady: () => !state.isStopping,
  });
  const sockets = createSocketServer({ hub, guard, rules, version, ...(socketLimits && { limits: socketLimits }) });
  const http = await listen({ config, app, sockets });
  opened.defer(() => stopListening({ http, sockets, hub }));
  const parts = opened.move();
  return {
    url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${(http.address() as AddressInfo).port}`,
    token: guard.token,
    app,
    store,
    engine,
    hub,
    gateways,
    makeLoginCode: () => guard.logins.codes.make({ kind: "start", deviceId: null, name: null }).code,
    async [Symbol.asyncDispose]() {
      state.isStopping = true;
      await parts.disposeAsync();
    },
  };
}

async function createGuard(parts: {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
}): Promise<Guard> {
  const { config, store, clock } = parts;
  const token = config.token ?? (await loadToken(config.data));
  const keeper = store.isShared ? keepInStore({ store, clock }) : keepInFile(config.data);
  const logins = await loadLogins({ keeper, clock });
  return { token, logins, cookieName: cookieNameOf(token), secureCookie: config.secureCookie };
}

/** Beside the sources, beside the bundle in `dist/server`, and inside a release. */
function consoleFolders(): readonly string[] {
  const here = import.meta.dirname;
  return ["../../console/dist", "../../packages/console/dist", "../console"].map((path) => join(here, path));
}

async function listen(parts: {
  readonly config: Config;
  readonly app: App;
  readonly sockets: SocketServer;
}): Promise<HttpServer> {
  const { config, app, sockets } = parts;
  const http = createListener({ app, sockets });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen({ host: config.host, port: config.port }, resolve);
  });
  return http;
}

/**
 * Answers running requests, then closes. Sockets and event streams are ended immediately, or they would keep it open.
 */
async function stopListening(parts: {
  readonly http: HttpServer;
  readonly sockets: SocketServer;
  readonly hub: Hub;
}): Promise<void> {
  const { http, sockets, hub } = parts;
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  hub[Symbol.dispose]();
  sockets[Symbol.dispose]();
  // A kept-alive connection becomes idle only when its last answer is sent.
  const sweep = setInterval(() => http.closeIdleConnections(), 20);
  const giveUp = setTimeout(() => http.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(giveUp);
}
