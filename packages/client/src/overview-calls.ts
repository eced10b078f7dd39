/** These calls cover all sessions: search, what runs and waits, what it costs, and how to stop all of it. */
import type { Home, TurnCounts } from "@reef/protocol/home";
import type { DaySpend, PartSpend, Pulse, SpendBy, Timeline, TrafficList } from "@reef/protocol/overview";
import type { CancelRequest } from "@reef/protocol/request";
import type { SearchPage } from "@reef/protocol/search";
import type { ResumeReport, ResumeRequest, StopReport, StopRequest } from "@reef/protocol/stop";
import type { IsoTime } from "@reef/protocol/time";
import type { CallOptions, Send } from "./call.ts";
import type { PageQuery } from "./core-client.ts";

export function overviewCalls(send: Send) {
  return {
    /** Finds words in all transcripts, newest first; the last word may be a prefix. */
    search: (query: { readonly q: string } & PageQuery, options?: CallOptions) =>
      send<SearchPage>({ method: "GET", path: "/v1/search", query: { ...query }, ...options }),
    /** How busy each bot was since a time, in buckets of `bucketMs`, and what it had spent before that time. */
    pulse: (query: { readonly since: IsoTime; readonly bucketMs?: number }, options?: CallOptions) =>
      send<Pulse>({ method: "GET", path: "/v1/pulse", query: { ...query }, ...options }),
    /** What needs a person and what the others do: the first of each, and how many there are. */
    home: (query: { readonly limit?: number } = {}, options?: CallOptions) =>
      send<Home>({ method: "GET", path: "/v1/home", query: { ...query }, ...options }),
    /** How many turns ended since a time, and how many of them failed, in buckets of `bucketMs`. */
    turnCounts: (query: { readonly since: IsoTime; readonly bucketMs?: number }, options?: CallOptions) =>
      send<TurnCounts>({ method: "GET", path: "/v1/turn-counts", query: { ...query }, ...options }),
    /** Messages counted by pair of bots, the busiest pair first; over all time without `since`. */
    traffic: (query: { readonly since?: IsoTime } = {}, options?: CallOptions) =>
      send<TrafficList>({ method: "GET", path: "/v1/traffic", query: { ...query }, ...options }),
    /** Newest day first, then by bot. */
    spend: (query: { readonly since: IsoTime; readonly before?: IsoTime }, options?: CallOptions) =>
      send<{ readonly items: readonly DaySpend[] }>({
        method: "GET",
        path: "/v1/spend",
        query: { ...query },
        ...options,
      }),
    /** By model, topic, tree or chain: the 100 that used most, the others together. */
    spendBy: (
      query: { readonly since: IsoTime; readonly before?: IsoTime; readonly by: Exclude<SpendBy, "bot"> },
      options?: CallOptions,
    ) => send<{ readonly items: readonly PartSpend[] }>({ method: "GET", path: "/v1/spend", query, ...options }),
    /** Turns that were open in this time, messages that bots sent each other in it, and asks; each newest first. */
    timeline: (query: { readonly since: IsoTime; readonly before?: IsoTime }, options?: CallOptions) =>
      send<Timeline>({ method: "GET", path: "/v1/timeline", query: { ...query }, ...options }),
    /** Stops every turn that runs or would continue by itself; answers within about a second (TU6). */
    stopAll: (request: CancelRequest = {}) => send<StopReport>({ method: "POST", path: "/v1/stop", body: request }),
    /** Stops a turn, a session, a tree, a bot or everything; with `hold`, until it is resumed. */
    stop: (request: StopRequest) => send<StopReport>({ method: "POST", path: "/v1/stop", body: request }),
    /** Ends the hold of a scope; every hold if left out. */
    resume: (request: ResumeRequest = {}) => send<ResumeReport>({ method: "POST", path: "/v1/resume", body: request }),
  };
}
