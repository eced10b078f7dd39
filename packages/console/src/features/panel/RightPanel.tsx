/**
 * Draws the panel beside a session: its bot, tree, activity, memory, tools and files. Resized by its edge, by pointer or arrow keys;
 * on a phone it is a sheet over the session. A tab is one row of the table below and is loaded when first shown.
 */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide";
import type { CSSProperties, KeyboardEvent, ReactElement } from "react";
import { pressToLabel } from "../../data/keys/press-label.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { maxWidthPx, minWidthPx, resizeRightPanel, showTab, toggleRightPanel } from "../../data/right-panel.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { Edge } from "../../ui/Edge.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { type LazyPart, lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./RightPanel.module.css";
import type { RightPanelProps } from "./right-panel-props.ts";
import type { TabProps } from "./tab-props.ts";

interface Tab {
  readonly id: string;
  readonly label: string;
  readonly screen: LazyPart<TabProps>;
}

const tabs: readonly Tab[] = [
  { id: "bot", label: "Bot", screen: lazyPart("BotTab", () => import("./BotTab.tsx")) },
  { id: "tree", label: "Tree", screen: lazyPart("TreeTab", () => import("./TreeTab.tsx")) },
  {
    id: "activity",
    label: "Activity",
    screen: lazyPart("ActivityTab", () => import("./ActivityTab.tsx")),
  },
  {
    id: "memory",
    label: "Memory",
    screen: lazyPart("MemoryTab", () => import("../memory/MemoryTab.tsx")),
  },
  { id: "tools", label: "Tools", screen: lazyPart("ToolsTab", () => import("../tools/ToolsTab.tsx")) },
  { id: "files", label: "Files", screen: lazyPart("FilesTab", () => import("../workspace/FilesTab.tsx")) },
];
const [firstTab] = tabs as [Tab];

export function RightPanel({ sessionId }: RightPanelProps): ReactElement {
  const { rightPanel, reads } = useReef();
  const tabId = useCell(rightPanel.tab);
  const widthPx = useCell(rightPanel.widthPx);
  const { data: session } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(sessionId) });
  const shown = tabs.find(({ id }) => id === tabId) ?? firstTab;
  const close = (): void => {
    toggleRightPanel(rightPanel);
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
  };
  return (
    <>
      <button type="button" className={styles.backdrop} aria-label="Close the panel" onClick={close} />
      <aside
        className={styles.panel}
        style={{ "--panel-width": `${widthPx}px` } as CSSProperties}
        aria-label="Session panel"
      >
        <Edge
          label="Width of the panel"
          className={styles.edge}
          side="left"
          widthPx={widthPx}
          minPx={minWidthPx}
          maxPx={maxWidthPx}
          onResize={(px) => resizeRightPanel(rightPanel, px)}
          onReset={() => resizeRightPanel(rightPanel, Number.NaN)}
        />
        <header className={styles.head}>
          <TabList shown={shown} />
          <Button
            look="quiet"
            isSquare
            aria-label="Close the panel"
            title={`Close (${pressToLabel("$mod+KeyJ")})`}
            onClick={close}
          >
            <Icon icon={X} />
          </Button>
        </header>
        <div
          key={`${shown.id} ${sessionId}`}
          className={`${shapes.body} ${styles.body}`}
          role="tabpanel"
          id="right-panel-body"
          aria-labelledby={`right-tab-${shown.id}`}
        >
          {session && (
            <Part what="This tab">
              <shown.screen session={session} />
            </Part>
          )}
        </div>
      </aside>
    </>
  );
}

function TabList({ shown }: { readonly shown: Tab }): ReactElement {
  const { rightPanel } = useReef();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length] ?? firstTab;
    showTab(rightPanel, next.id);
    document.getElementById(`right-tab-${next.id}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Session panel" className={styles.tabs} onKeyDown={onKeyDown}>
      {tabs.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`right-tab-${id}`}
          className={styles.tab}
          aria-selected={id === shown.id}
          aria-controls="right-panel-body"
          tabIndex={id === shown.id ? 0 : -1}
          onClick={() => showTab(rightPanel, id)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
