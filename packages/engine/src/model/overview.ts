/** Answers reads across all bots from the in-memory store by counting everything at each read. */
import type { Usage } from "@reef/protocol/bot";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { type BotPulse, type Traffic, timelineTextLength } from "@reef/protocol/overview";
import { addUsage, noUsage, withoutUsage } from "@reef/protocol/usage";
import type { Clock } from "../port/clock.ts";
import { bucketsSince, type OverviewQueries, sumParts, type UsedPart } from "../port/overview.ts";
import { usageOfStep } from "../turn/usage.ts";
import { homeQueries } from "./home.ts";
import { filterValues, get, type ModelState, toTurn } from "./state.ts";

export function overviewQueries(current: () => ModelState, clock: Clock): OverviewQueries {
  return {
    ...homeQueries(current, clock),
    pulse: async (since, bucketMs) => {
      const state = current();
      const { count, bucketOf } = bucketsSince(since, { bucketMs, nowMs: clock.now() });
      return [...state.bots.values()]
        .map((bot): BotPulse => {
          const steps = new Array<number>(count).fill(0);
          let before = bot.spend;
          for (const turn of filterValues(state.turns, ({ botId }) => botId === bot.id)) {
            for (const step of state.steps.get(turn.id) ?? []) {
              if (step.at < since) continue;
              steps[bucketOf(step.at)] = (steps[bucketOf(step.at)] ?? 0) + 1;
              before = withoutUsage(before, usageOfStep(step));
            }
          }
          for (const { botId, createdAt, usage } of state.known.consolidations.values()) {
            if (botId === bot.id && createdAt >= since) before = withoutUsage(before, usage);
          }
          return { botId: bot.id, spentBefore: before, steps };
        })
        .sort((a, b) => (a.botId < b.botId ? -1 : 1));
    },
    spend: async ({ since, before }) => {
      const state = current();
      const byKey = new Map<string, { day: string; botId: BotId; usage: Usage }>();
      for (const turn of state.turns.values()) {
        for (const step of state.steps.get(turn.id) ?? []) {
          const used = usageOfStep(step);
          if (step.at < since || step.at >= before || used.modelCalls === 0) continue;
          const day = step.at.slice(0, 10);
          const key = `${day} ${turn.botId}`;
          byKey.set(key, { day, botId: turn.botId, usage: addUsage(byKey.get(key)?.usage ?? noUsage, used) });
        }
      }
      for (const { botId, createdAt, usage } of state.known.consolidations.values()) {
        if (createdAt < since || createdAt >= before || usage.modelCalls === 0) continue;
        const day = createdAt.slice(0, 10);
        const key = `${day} ${botId}`;
        byKey.set(key, { day, botId, usage: addUsage(byKey.get(key)?.usage ?? noUsage, usage) });
      }
      return [...byKey.values()].sort((a, b) => (`${b.day}${a.botId}` < `${a.day}${b.botId}` ? -1 : 1));
    },
    spendBy: async ({ since, before }, by) => {
      const state = current();
      const used: UsedPart[] = [];
      const placeOf = (sessionId: SessionId) => state.sessions.get(sessionId);
      for (const turn of state.turns.values()) {
        const place = placeOf(turn.sessionId);
        for (const step of state.steps.get(turn.id) ?? []) {
          if (step.at < since || step.at >= before || usageOfStep(step).modelCalls === 0) continue;
          const parts = {
            bot: turn.botId,
            model: step.model,
            topic: place?.topicId ?? null,
            tree: place?.rootId ?? null,
            chain: turn.chainId,
          };
          used.push({ day: step.at.slice(0, 10), id: parts[by], usage: usageOfStep(step) });
        }
      }
      for (const { botId, sessionId, createdAt, usage, model } of state.known.consolidations.values()) {
        if (createdAt < since || createdAt >= before || usage.modelCalls === 0) continue;
        const place = placeOf(sessionId);
        const parts = { bot: botId, model, topic: place?.topicId ?? null, tree: place?.rootId ?? null, chain: null };
        used.push({ day: createdAt.slice(0, 10), id: parts[by], usage });
      }
      return sumParts(used);
    },
    traffic: async (since) => {
      const byPair = new Map<string, Traffic>();
      for (const { from, sessionId, receipts, state, dismissedAt } of current().messages.values()) {
        const toBotId = current().sessions.get(sessionId)?.botId;
        if (from.kind !== "session" || toBotId === undefined) continue;
        if (since !== null && receipts.acceptedAt < since) continue;
        const key = `${from.botId} ${toBotId}`;
        const known = byPair.get(key);
        byPair.set(key, {
          fromBotId: from.botId,
          toBotId,
          count: (known?.count ?? 0) + 1,
          dead: (known?.dead ?? 0) + (state === "dead" && dismissedAt === null ? 1 : 0),
          lastAt: known !== undefined && known.lastAt > receipts.acceptedAt ? known.lastAt : receipts.acceptedAt,
        });
      }
      return [...byPair.values()].sort(byCount);
    },
    timeline: async ({ since, before, limit }) => {
      const state = current();
      const turns = filterValues(
        state.turns,
        ({ startedAt, endedAt }) => startedAt < before && (endedAt === null || endedAt >= since),
      ).reverse();
      const messages = filterValues(state.messages, ({ receipts }) => {
        return receipts.acceptedAt >= since && receipts.acceptedAt < before;
      })
        .sort((a, b) => b.position - a.position)
        .flatMap(({ from, id, sessionId, text, purpose, state: messageState, receipts }) => {
          const botId = state.sessions.get(sessionId)?.botId;
          if (from.kind !== "session" || botId === undefined) return [];
          const ends = { sessionId, botId, fromSessionId: from.sessionId, fromBotId: from.botId };
          return [{ id, ...ends, text: text.slice(0, timelineTextLength), purpose, state: messageState, receipts }];
        });
      const asks = filterValues(
        state.asks,
        ({ createdAt, state: askState }) => createdAt < before && (createdAt >= since || askState === "open"),
      ).reverse();
      const refusals = [...state.entries.values()]
        .flat()
        .filter(({ notice, at }) => notice?.type === "refused" && at >= since && at < before)
        .sort((a, b) => (a.at < b.at || (a.at === b.at && a.id < b.id) ? 1 : -1));
      return {
        since,
        before,
        turns: turns.slice(0, limit).map((turn) => {
          const { id, sessionId, botId, state: turnState, steps, usage, error, startedAt, endedAt } = toTurn(turn);
          return { id, sessionId, botId, state: turnState, steps, usage, error, startedAt, endedAt };
        }),
        messages: messages.slice(0, limit),
        asks: asks
          .slice(0, limit)
          .map(({ id, kind, sessionId, botId, state: askState, question, createdAt, settledAt }) => {
            return { id, kind, sessionId, botId, state: askState, question, createdAt, settledAt };
          }),
        refusals: refusals.slice(0, limit).map(({ id, sessionId, text, at }) => {
          const { botId } = get(state.sessions, sessionId);
          return { id, sessionId, botId, text: text.slice(0, timelineTextLength), at };
        }),
        isCut: [turns, messages, asks, refusals].some(({ length }) => length > limit),
      };
    },
  };
}

function byCount(a: Traffic, b: Traffic): number {
  return b.count - a.count || (`${a.fromBotId}${a.toBotId}` < `${b.fromBotId}${b.toBotId}` ? -1 : 1);
}
