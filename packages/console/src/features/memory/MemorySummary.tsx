/** Says how much a bot remembers, and leads to it. */
import type { Bot } from "@reef/protocol/bot";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { showTab } from "../../data/right-panel.ts";
import { countOf } from "../../ui/count.ts";
import shapes from "../../ui/Shapes.module.css";
import { useMemoryEvents, useMemoryRead } from "./use-memory-events.ts";

export function MemorySummary({ bot }: { readonly bot: Bot }): ReactElement | null {
  const { rightPanel } = useReef();
  const { data } = useMemoryRead(bot.id, { part: ["stats"], read: (client) => client.memoryStats(bot.id) });
  useMemoryEvents(bot.id);
  if (!data) return null;
  const known = data.active - (data.byKind.entry ?? 0);
  const words = known > 0 ? countOf(known, "fact") : data.active > 0 ? countOf(data.active, "line") : "Empty";
  return (
    <button type="button" className={shapes.wordLink} onClick={() => showTab(rightPanel, "memory")}>
      {words}
      {data.unapproved > 0 && ` · ${data.unapproved} to review`}
    </button>
  );
}
