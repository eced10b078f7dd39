/** Reads what a person stopped (TU6), finds what covers a session, and lets it go on. */
import type { Event } from "@reef/protocol/event";
import type { Hold, HoldScope } from "@reef/protocol/hold";
import type { Session } from "@reef/protocol/session";
import { useState } from "react";
import { attempt } from "../../ui/attempt.ts";
import { useReef } from "../reef.ts";
import { wholeClient } from "../whole-client.ts";
import { useLiveQuery } from "./use-live-query.ts";

const queryKey = ["holds"] as const;

/** Undefined until it is known. */
export function useHolds(): readonly Hold[] | undefined {
  const { client } = useReef();
  return useLiveQuery({ queryKey, read: async () => (await client.status()).held, fold: foldHolds }).data;
}

function foldHolds(holds: readonly Hold[], events: readonly Event[]): readonly Hold[] {
  return events.findLast((event) => event.type === "holds.changed")?.held ?? holds;
}

export function useHoldOf(session: Session): Hold | undefined {
  return narrowestHold(useHolds() ?? [], session);
}

const widths: readonly HoldScope["kind"][] = ["turn", "session", "tree", "bot", "everything"];

function narrowestHold(
  holds: readonly Hold[],
  { id, rootId, botId }: Pick<Session, "id" | "rootId" | "botId">,
): Hold | undefined {
  const covering = holds.filter(({ scope, target }) => {
    if (scope.kind === "everything") return true;
    return target === (scope.kind === "bot" ? botId : scope.kind === "tree" ? rootId : id);
  });
  return covering.toSorted((a, b) => widths.indexOf(a.scope.kind) - widths.indexOf(b.scope.kind))[0];
}

export function useResume() {
  const reef = useReef();
  const [isResuming, setResuming] = useState(false);
  const resume = (scope: HoldScope): void => {
    setResuming(true);
    void attempt(reef, "Couldn't resume", async () => {
      await wholeClient(reef.client).resume({ scope });
    }).finally(() => setResuming(false));
  };
  return { resume, isResuming };
}

/** What is held, and why: for a line beside the button that resumes it. */
export function heldWords(hold: Pick<Hold, "scope" | "name" | "reason"> | null): string {
  const reason = hold?.reason ? `: ${hold.reason}` : "";
  return `${subjectOf(hold)} stopped by you${reason}. Messages and schedules wait until you resume.`;
}

export function resumeLabel({ scope, name }: Hold, session?: Pick<Session, "id">): string {
  if (scope.kind === "everything") return "Resume everything";
  if (scope.kind === "bot") return `Resume ${name ?? "the bot"}`;
  return scope.kind === "tree" && session?.id !== scope.id ? "Resume the whole tree" : "Resume";
}

function subjectOf(hold: Pick<Hold, "scope" | "name"> | null): string {
  switch (hold?.scope.kind) {
    case "everything":
      return "Everything is";
    case "bot":
      return `${hold.name ?? "The bot"} is`;
    case "tree":
      return "The whole tree is";
    default:
      return "This session is";
  }
}
