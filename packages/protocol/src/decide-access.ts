/**
 * Decides whether a session may write to another, or read it (MB8, ME2): the one decision behind bots' tools, the API and the
 * console's table. It also decides for a bot as a whole: what depends on topics or trees is then an exception. Pure, and without
 * schemas, since the console loads it.
 */
import type { Access, AccessReason } from "./access.ts";
import type { BotId, SessionId, TopicId } from "./ids.ts";
import type { Link, LinkEnd, LinkRight } from "./link.ts";

/** One end: a session, or a bot as a whole when what only a session has is left out. */
export interface AccessParty {
  readonly botId: BotId;
  /** True if other bots may not read the bot's sessions. */
  readonly private?: boolean;
  readonly id?: SessionId;
  readonly topicId?: TopicId | null;
  readonly rootId?: SessionId;
  /** `off` if the session is incognito. */
  readonly memory?: "on" | "off";
}

/** Of the links about the right, the first whose two ends fit decides. */
export function decideAccess(
  links: readonly Link[],
  right: LinkRight,
  { from, to }: { readonly from: AccessParty; readonly to: AccessParty },
): Omit<Access, "text"> {
  const decided = (allowed: boolean, reason: AccessReason, exceptions: readonly number[] = []) => ({
    allowed,
    reason,
    exceptions: [...exceptions],
  });
  if (from.id !== undefined && from.id === to.id) return decided(true, { kind: "self" });
  const isOther = from.botId !== to.botId;
  if (to.memory === "off" && (right === "read" || isOther)) return decided(false, { kind: "incognito" });
  if (to.private === true && right === "read" && isOther) return decided(false, { kind: "private" });
  const possible: number[] = [];
  let deciding: number | null = null;
  for (const [at, link] of links.entries()) {
    if ((link.right ?? "write") !== right) continue;
    const fit = fitsBoth(link, from, to);
    if (fit === "no") continue;
    if (fit === "yes") {
      deciding = at;
      break;
    }
    possible.push(at);
  }
  const allowed = deciding === null ? true : links[deciding]?.allow === true;
  const exceptions = possible.filter((at) => links[at]?.allow !== allowed).map((at) => at + 1);
  return decided(allowed, deciding === null ? { kind: "no_rule" } : { kind: "rule", rule: deciding + 1 }, exceptions);
}

type Fit = "yes" | "no" | "maybe";

function fitsBoth(link: Link, from: AccessParty, to: AccessParty): Fit {
  const fits = [fitOf(link.from, from, { from, to }), fitOf(link.to, to, { from, to })];
  if (fits.includes("no")) return "no";
  return fits.includes("maybe") ? "maybe" : "yes";
}

function fitOf(
  end: LinkEnd,
  party: AccessParty,
  { from, to }: { readonly from: AccessParty; readonly to: AccessParty },
): Fit {
  switch (end.kind) {
    case "any":
      return "yes";
    case "bot":
      return end.botId === party.botId ? "yes" : "no";
    case "topic":
      if (party.topicId === undefined) return "maybe";
      return end.topicId === party.topicId ? "yes" : "no";
    case "tree":
      if (from.rootId === undefined || to.rootId === undefined) return "maybe";
      return from.rootId === to.rootId ? "yes" : "no";
  }
}

export interface AccessNames {
  readonly bot: (id: BotId) => string;
  readonly topic: (id: TopicId) => string;
}

/** Says why, in one or two sentences, with the rule it follows from. */
export function accessWords(
  { allowed, reason, exceptions }: Omit<Access, "text">,
  { right, links, names }: { readonly right: LinkRight; readonly links: readonly Link[]; readonly names: AccessNames },
): string {
  const act = right === "read" ? "reading" : "writing";
  const head = headOf();
  if (exceptions.length === 0) return head;
  const other = exceptions.map((rule) => `rule ${rule} (${ruleWords(links[rule - 1], names)})`).join(", ");
  return `${head} Except by ${other}.`;

  function headOf(): string {
    switch (reason.kind) {
      case "self":
        return "It is the same session.";
      case "incognito":
        return "The session is incognito: no other session reads it, and other bots don't see it.";
      case "private":
        return "The bot is private: other bots can't read its sessions.";
      case "rule":
        return `Rule ${reason.rule} ${allowed ? "allows" : "denies"} ${act}: ${ruleWords(links[reason.rule - 1], names)}.`;
      case "no_rule":
        return `No rule about ${act} matches, so it is allowed.`;
    }
  }
}

function ruleWords(link: Link | undefined, names: AccessNames): string {
  return link === undefined ? "deleted" : `${endWords(link.from, names)} → ${endWords(link.to, names)}`;
}

function endWords(end: LinkEnd, names: AccessNames): string {
  switch (end.kind) {
    case "any":
      return "anyone";
    case "bot":
      return `bot “${names.bot(end.botId)}”`;
    case "topic":
      return `topic “${names.topic(end.topicId)}”`;
    case "tree":
      return "the same spawn tree";
  }
}
