/**
 * Calls Reef for this plugin: over HTTP, with a token that is read from its source at each call. Reef may be away:
 * every call has a time limit, and after a failed call prompts skip Reef for a while.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

const botsKeptMs = 5_000;
/** Pauses between the attempts of one tool call. */
const pausesMs = [200, 1_000, 3_000];
const awayMs = 10_000;

/** Thrown when Reef answered with an error. */
export class ReefRefusal extends Error {
  /** @param {number} status @param {string} detail */
  constructor(status, detail) {
    super(detail);
    this.name = "ReefRefusal";
    this.status = status;
  }
}

/**
 * @typedef {{ readonly agentId: string, readonly sessionKey: string }} AgentSession
 * @typedef {{ readonly id: string, readonly agent: { readonly gatewayId: string, readonly agentId: string } | null }} Bot
 * @typedef {{ readonly text: string, readonly isError: boolean }} CallResult
 * @typedef {{ readonly blocks: string | null, readonly memories: string | null, readonly skills?: string | null }} PromptRecall
 * @typedef {object} ToolCall
 * @property {string} name
 * @property {string} callId
 * @property {unknown} input
 * @property {boolean} heardOthers
 * @property {number} waitSeconds
 * @property {AbortSignal | undefined} signal
 * @typedef {object} CallOptions
 * @property {unknown} [body]
 * @property {Record<string, string>} [headers]
 * @property {number} [timeoutMs]
 * @property {AbortSignal | undefined} [signal]
 * @typedef {ReturnType<typeof createReef>} Reef
 */

/**
 * @param {import("./host.mjs").Config} config
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function createReef(config, environment) {
  const url = config.url.replace(/\/+$/, "");
  /** @type {{ items: readonly Bot[], readAt: number }} */
  const bots = { items: [], readAt: Number.NEGATIVE_INFINITY };
  const tokenEnv = config.tokenEnv ?? "REEF_TOKEN";
  let awayUntil = Number.NEGATIVE_INFINITY;

  async function readToken() {
    if (config.tokenFile) {
      const text = await readFile(config.tokenFile, "utf8").catch((error) => {
        throw new Error(`the file ${config.tokenFile} cannot be read (${error.code ?? "error"})`, { cause: error });
      });
      if (text.trim() === "") throw new Error(`the file ${config.tokenFile} is empty`);
      return text.trim();
    }
    const token = environment[tokenEnv];
    if (!token) throw new Error(`the environment variable ${tokenEnv} is not set where the gateway runs`);
    return token;
  }

  /** @param {string} method @param {string} path @param {CallOptions} [options] @returns {Promise<any>} */
  async function call(method, path, { body, headers = {}, timeoutMs = 5_000, signal } = {}) {
    const limit = AbortSignal.timeout(timeoutMs);
    const request = {
      method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${await readToken()}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    };
    const response = await fetch(`${url}${path}`, request).catch((error) => {
      if (!signal?.aborted) awayUntil = performance.now() + awayMs;
      throw error;
    });
    awayUntil = Number.NEGATIVE_INFINITY;
    /** @type {any} */
    const answer = response.status === 204 ? undefined : await response.json().catch(() => null);
    if (!response.ok) throw new ReefRefusal(response.status, answer?.detail ?? `it answered ${response.status}`);
    return answer;
  }

  /**
   * Returns the bots that are bound to an agent of this gateway, the oldest first.
   * @param {string} agentId
   * @param {CallOptions} [options]
   */
  async function botsOf(agentId, options) {
    if (performance.now() - bots.readAt > botsKeptMs) {
      /** @type {Bot[]} */
      const items = [];
      let after = "";
      do {
        const page = await call("GET", `/v1/bots?limit=200${after}`, options ?? {});
        items.push(...page.items);
        after = page.next === null ? "" : `&cursor=${encodeURIComponent(page.next)}`;
      } while (after !== "");
      bots.items = items
        .filter(({ agent }) => agent?.gatewayId === config.gatewayId)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      bots.readAt = performance.now();
    }
    return bots.items.filter(({ agent }) => agent?.agentId === agentId);
  }

  /**
   * Acts as the first of the agent's bots that has this session, because several may share an agent. Null when none is
   * bound to it.
   * @template Answer
   * @param {AgentSession} agentSession
   * @param {(bot: Bot) => Promise<Answer>} act
   * @param {CallOptions} [options]
   * @returns {Promise<Answer | null>}
   */
  async function asBot({ agentId }, act, options) {
    const found = await botsOf(agentId, options);
    // A bot that is bound after this must be found at the next try.
    if (found.length === 0) bots.readAt = Number.NEGATIVE_INFINITY;
    let refusal = null;
    for (const bot of found) {
      try {
        return await act(bot);
      } catch (error) {
        if (!(error instanceof ReefRefusal) || error.status !== 404) throw error;
        refusal = error;
      }
    }
    if (refusal !== null) throw refusal;
    return null;
  }

  return {
    url,
    gatewayId: config.gatewayId,
    readToken,
    tokenPlace: config.tokenFile ? `the file ${config.tokenFile}` : `the variable ${tokenEnv}`,
    isAway: () => performance.now() < awayUntil,
    call,
    /**
     * Returns null when no bot is bound to the agent. Retries under the same key when the connection breaks: a Reef
     * that was killed is back within seconds, and knows what it has done.
     * @param {AgentSession} agentSession
     * @param {ToolCall} toolCall
     * @returns {Promise<CallResult | null>}
     */
    async callTool(agentSession, { name, callId, input, heardOthers, waitSeconds, signal }) {
      const body = { sessionKey: agentSession.sessionKey, callId, input, waitSeconds, heardOthers };
      const headers = { "idempotency-key": randomUUID() };
      const options = { body, headers, timeoutMs: (waitSeconds + 15) * 1000, signal };
      for (const pauseMs of [...pausesMs, null]) {
        try {
          return await asBot(agentSession, (bot) => call("POST", `/v1/bots/${bot.id}/tools/${name}`, options));
        } catch (error) {
          if (error instanceof ReefRefusal || signal?.aborted || pauseMs === null) throw error;
          await wait(pauseMs, undefined, signal ? { signal } : {});
        }
      }
      throw new Error("expected the last attempt to end this");
    },
    /**
     * Returns null when no bot is bound to the agent.
     * @param {AgentSession} agentSession
     * @param {string} text
     * @param {number} timeoutMs
     * @returns {Promise<PromptRecall | null>}
     */
    recall(agentSession, text, timeoutMs) {
      const body = { sessionKey: agentSession.sessionKey, text: text.slice(0, 20_000) };
      return asBot(agentSession, (bot) => call("POST", `/v1/bots/${bot.id}/recall`, { body, timeoutMs }), {
        timeoutMs,
      });
    },
    /** Reef reads the gateway's agents itself; this tells it to do so now. */
    announce: () => call("POST", `/v1/gateways/${config.gatewayId}/check`, { timeoutMs: 30_000 }),
  };
}
