/**
 * Shows who wrote to whom: all messages with their receipts, the dead letters, and the links that rule who may write.
 */
import type { BotId, ChainId } from "@reef/protocol/ids";
import type { MessageState } from "@reef/protocol/message";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide";
import type { ReactElement } from "react";
import { useDeadLetters } from "../../data/overview/dead-letters.ts";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useLocation, useRouter } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { ScreenTabs } from "../../ui/ScreenTabs.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { LinksView } from "./LinksView.tsx";
import { MessageRows } from "./MessageRows.tsx";
import styles from "./MessagesScreen.module.css";
import type { MessageView } from "./message-list.ts";
import { wordsByState } from "./Receipts.tsx";

const states: readonly MessageState[] = ["queued", "delivered", "acted", "answered", "dead", "cancelled"];

type Search = Readonly<Record<string, string>>;

export function MessagesScreen(): ReactElement {
  const search: Search = Object.fromEntries(new URLSearchParams(useLocation().search));
  const deadCount = useDeadLetters()?.size ?? 0;
  const tab = search.view === "dead" || search.view === "links" ? search.view : "all";
  const tabs = [
    { key: "all", label: "All", search: {} },
    { key: "dead", label: deadCount > 0 ? `Not delivered ${deadCount}` : "Not delivered", search: { view: "dead" } },
    { key: "links", label: "Links", search: { view: "links" } },
  ] as const;
  return (
    <Screen
      title="Messages"
      label="Messages between bots"
      body="own"
      tabs={<ScreenTabs label="Messages" to="/messages" tabs={tabs} current={tab} />}
    >
      {tab === "links" ? <LinksView /> : <Mail search={search} deadOnly={tab === "dead"} />}
    </Screen>
  );
}

function Mail({ search, deadOnly }: { readonly search: Search; readonly deadOnly: boolean }): ReactElement {
  const router = useRouter();
  const view: MessageView = {
    state: states.find((state) => state === search.state) ?? null,
    botId: search.bot?.startsWith("bot_") ? (search.bot as BotId) : null,
    chainId: search.chain?.startsWith("chn_") ? (search.chain as ChainId) : null,
    betweenBots: search.between === "bots",
    deadOnly,
  };
  const change = (fields: Search): void => {
    const next = Object.fromEntries(Object.entries({ ...search, ...fields }).filter(([, value]) => value !== ""));
    router.navigate({ to: "/messages", search: next, replace: true });
  };
  return (
    <>
      <Filters view={view} onChange={change} />
      <MessageRows
        key={JSON.stringify(view)}
        view={view}
        onChain={(chain) => change({ chain, view: "" })}
        onClear={() => change({ state: "", bot: "", chain: "", between: "" })}
      />
    </>
  );
}

function Filters({
  view,
  onChange,
}: {
  readonly view: MessageView;
  readonly onChange: (fields: Search) => void;
}): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const byName = [...(bots?.values() ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className={styles.filters}>
      {!view.deadOnly && (
        <Field label="State" look="bar">
          <Select
            options={[["", "any"], ...states.map((state) => [state, wordsByState[state].toLowerCase()] as const)]}
            value={view.state ?? ""}
            onChoose={(chosen) => onChange({ state: chosen })}
          />
        </Field>
      )}
      <Field label="Bot" look="bar">
        <Select
          options={[["", "any"], ...byName.map(({ id, name }) => [id, name] as const)]}
          value={view.botId ?? ""}
          onChoose={(chosen) => onChange({ bot: chosen })}
        />
      </Field>
      <Check
        label="Between bots only"
        checked={view.betweenBots}
        onChange={(event) => onChange({ between: event.target.checked ? "bots" : "" })}
      />
      {view.chainId && (
        <Button isSmall onClick={() => onChange({ chain: "" })}>
          Chain {view.chainId.slice(-6)} <Icon icon={X} size={12} />
          <span className={shapes.hidden}>: show all chains</span>
        </Button>
      )}
    </div>
  );
}
