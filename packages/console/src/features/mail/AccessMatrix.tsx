/**
 * Shows which bot may write to and read which, by the decision that the bots' tools follow (MB8), and why. A press on a cell opens its
 * reasons, with a rule against or for it. Arrow keys move between cells; a phone has a list for one bot at a time.
 */
import type { AccessPair } from "@reef/protocol/access";
import { accessWords, decideAccess } from "@reef/protocol/decide-access";
import type { BotId } from "@reef/protocol/ids";
import type { Link, LinkRight } from "@reef/protocol/link";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { botsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { NoResults } from "../../ui/Empty.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import shapes from "../../ui/Shapes.module.css";
import { useIsPhone } from "../../ui/use-is-phone.ts";
import { AccessList } from "./AccessList.tsx";
import styles from "./AccessMatrix.module.css";
import { AccessReasons } from "./AccessReasons.tsx";
import { AccessSigns, signWords } from "./AccessSigns.tsx";
import { AccessTable } from "./AccessTable.tsx";
import type { BotPair } from "./bot-pair.ts";
import view from "./LinksView.module.css";
import { SaveLinks } from "./SaveLinks.tsx";
import type { LinkDraft } from "./use-link-draft.ts";

/** More would be drawn slowly: the field above narrows them. */
const mostBots = 60;

export function AccessMatrix({ draft }: { readonly draft: LinkDraft }): ReactElement | null {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: topics } = useQuery(topicsQuery(reads));
  const isPhone = useIsPhone();
  const [words, setWords] = useState("");
  const [open, setOpen] = useState<readonly [BotId, BotId] | null>(null);
  if (bots === undefined || bots.size < 2) return null;
  const wanted = words.trim().toLowerCase();
  const found = [...bots.values()].filter(({ name }) => name.toLowerCase().includes(wanted));
  const shown = found.slice(0, mostBots);
  const topicName = new Map((topics ?? []).map(({ id, name }) => [id, name]));
  const names = {
    bot: (id: BotId) => bots.get(id)?.name ?? "a deleted bot",
    topic: (id: string) => topicName.get(id as never) ?? "a deleted topic",
  };
  const accessOf = (pair: BotPair): AccessPair => readPair(draft.links, pair, names);
  const [from, to] = open === null ? [undefined, undefined] : [bots.get(open[0]), bots.get(open[1])];
  const pair = from !== undefined && to !== undefined ? { from, to } : null;
  const reasons = pair && <AccessReasons pair={pair} access={accessOf(pair)} draft={draft} />;
  return (
    <section className={`${view.part} ${styles.part}`} aria-label="Who may write to and read whom">
      <div className={view.partHead}>
        <h2>Who may write to and read whom</h2>
        <span className={shapes.wrap}>
          <SaveLinks draft={draft} />
        </span>
      </div>
      <div className={`${shapes.wrap} ${styles.tools}`}>
        {bots.size > 8 && <SearchField label="Find a bot" value={words} onSeek={setWords} />}
        <Legend />
        {found.length > mostBots && (
          <p className={shapes.meta}>
            {mostBots} of {found.length} bots are shown.
          </p>
        )}
        {draft.isEdited && <p className={shapes.meta}>It shows the rules as edited, which are not saved yet.</p>}
      </div>
      {shown.length === 0 && <NoResults words={words} onClear={() => setWords("")} />}
      {shown.length > 0 && isPhone && (
        <AccessList bots={shown} accessOf={accessOf} open={pair} onOpen={(next) => setOpen(idsOf(next))}>
          {reasons}
        </AccessList>
      )}
      {shown.length > 0 && !isPhone && (
        <>
          <AccessTable bots={shown} accessOf={accessOf} open={pair} onOpen={(next) => setOpen(idsOf(next))} />
          <div role="status">{reasons}</div>
        </>
      )}
    </section>
  );
}

function idsOf({ from, to }: BotPair): readonly [BotId, BotId] {
  return [from.id, to.id];
}

function readPair(
  links: readonly Link[],
  { from, to }: BotPair,
  names: Parameters<typeof accessWords>[1]["names"],
): AccessPair {
  const ends = {
    from: { botId: from.id, private: from.private },
    to: { botId: to.id, private: to.private },
  };
  const decide = (right: LinkRight) => {
    const access = decideAccess(links, right, ends);
    return { ...access, text: accessWords(access, { right, links, names }) };
  };
  return { write: decide("write"), read: decide("read") };
}

function Legend(): ReactElement {
  return (
    <ul className={`${shapes.bare} ${styles.legend}`} aria-label="What the signs mean">
      {(["allowed", "denied", "some"] as const).map((sign) => (
        <li key={sign}>
          <AccessSigns write={sign} read={sign} /> {signWords[sign]}
        </li>
      ))}
    </ul>
  );
}
