/** Defines what every part of the page may use, made once in main.tsx and passed down by context. */
import type { CoreClient } from "@reef/client/core-client";
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { EntryId, SessionId } from "@reef/protocol/ids";
import type { Schedule } from "@reef/protocol/schedule";
import type { Topic } from "@reef/protocol/topic";
import { notifyManager, QueryCache, QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Cell, createCell, type Watched } from "../ui/cell.ts";
import { createTicker } from "../ui/ticker.ts";
import { createToasts, type Toasts } from "../ui/toasts.ts";
import { type Attachments, createAttachments } from "./attachments.ts";
import type { EntryWindow } from "./cache.ts";
import { applyChoices, readChoices } from "./keys/bindings.ts";
import type { KeyBinding } from "./keys/key-map.ts";
import type { GroupInput, ListRow } from "./list/list-row.ts";
import { type ListView, readListView } from "./list/list-view.ts";
import { Live } from "./live.ts";
import { foldCalls, type LiveCalls, noLiveCalls } from "./live-calls.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { OutgoingText } from "./outbox-item.ts";
import { type Panes, readPanes } from "./panes.ts";
import { queryKeys, type ReadContext } from "./queries.ts";
import { createRightPanel, type RightPanelState } from "./right-panel.ts";
import { readSidebarWidth } from "./sidebar-width.ts";

/** Names the lazily loaded panel that is open over the page. */
export type Panel =
  | { readonly type: "palette" }
  | { readonly type: "help" }
  | { readonly type: "regenerate"; readonly sessionId: SessionId; readonly entry: Entry }
  | { readonly type: "stop-all" }
  | { readonly type: "new-session" }
  | { readonly type: "new-bot" }
  | { readonly type: "move-sessions"; readonly sessionIds: readonly SessionId[] }
  /** Pictures one after another; `at` is the one that is shown. */
  | { readonly type: "viewer"; readonly pictures: readonly FileRef[]; readonly at: number }
  /** Given a session, it moves into the new topic. */
  | { readonly type: "topic"; readonly topic?: Topic; readonly sessionId?: SessionId }
  /** Given a schedule, edits it; otherwise creates one for the session it is opened from. */
  | { readonly type: "schedule"; readonly schedule?: Schedule; readonly sessionId?: SessionId }
  | null;

export interface Reef {
  readonly client: CoreClient;
  readonly queryClient: QueryClient;
  readonly live: Live;
  readonly reads: ReadContext;
  readonly outbox: Outbox;
  /** A message that was withdrawn before it was sent, to be put into its session's composer. */
  readonly takenBack: Cell<OutgoingText | null>;
  readonly attachments: Attachments;
  readonly toasts: Toasts;
  /** The tool call that each session is in. */
  readonly liveCalls: Watched<LiveCalls>;
  /** The time, for parts that show how long something lasts. */
  readonly seconds: Watched<number>;
  readonly panel: Cell<Panel>;
  readonly isSidebarShown: Cell<boolean>;
  /** In pixels; null follows the window. */
  readonly sidebarWidth: Cell<number | null>;
  /** The session to go to once the one on screen has been archived. */
  readonly goOn: Cell<{ readonly from: readonly SessionId[]; readonly to: SessionId | null } | null>;
  /** The key map as this browser has it. */
  readonly keys: Cell<readonly KeyBinding[]>;
  /** True while the next press is recorded for the key map; it must do nothing else. */
  readonly isRecordingKeys: Cell<boolean>;
  /** The session whose title is being edited. */
  readonly renaming: Cell<SessionId | null>;
  /** The message that is being edited in its place. */
  readonly editing: Cell<EntryId | null>;
  /** The row of the list whose title is being edited. */
  readonly renamingRow: Cell<SessionId | null>;
  /** Digit hints are shown while the modifier is held. */
  readonly isModifierHeld: Cell<boolean>;
  /** The session whose open ask takes the focus when it is shown. */
  readonly askToFocus: Cell<SessionId | null>;
  /** The current rows of the session list; digits and arrows follow what is visible. */
  readonly listRows: Cell<readonly ListRow[]>;
  /** The input the rows were made from; null before the first are made. */
  readonly listInput: Cell<GroupInput | null>;
  readonly listView: Cell<ListView>;
  /** Sessions side by side. */
  readonly panes: Cell<Panes>;
  readonly rightPanel: RightPanelState;
  /** The gateway whose page contains this one. */
  readonly frameGatewayId: string | null;
  /** The session whose transcript is being searched. */
  readonly finding: Cell<SessionId | null>;
}

/** Creates everything of one signed-in page. `onSignedOut` is called when the server no longer knows this browser. */
export function createReef({
  client,
  baseUrl,
  token,
  frameGatewayId = null,
  webSocket,
  listAhead,
  onSignedOut,
}: {
  readonly client: CoreClient;
  readonly baseUrl: string;
  /** Token of a page in another's frame. */
  readonly token?: string;
  readonly frameGatewayId?: string | null;
  readonly webSocket?: (url: string) => WebSocket;
  readonly listAhead?: NonNullable<ReadContext["listAhead"]>;
  readonly onSignedOut: () => void;
}): Reef {
  // An answer's entry and the end of its live text are painted together; a timer between them would paint neither.
  notifyManager.setScheduler(queueMicrotask);
  const queryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof AppError && error.code === "unauthorized") onSignedOut();
      },
    }),
    defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } },
  });
  const live = new Live({
    client,
    queryClient,
    baseUrl,
    ...(webSocket && { webSocket }),
    nextFrame: nextFrameOrSoon,
    network: window,
    isOnline: () => navigator.onLine,
  });
  const toasts = createToasts();
  const outbox = createOutbox(client, {
    lastSeqOf: (id) => queryClient.getQueryData<EntryWindow>(queryKeys.entries(id))?.items.at(-1)?.seq ?? null,
    onTooLate: ({ text }) =>
      toasts.show({ tone: "failed", text: `Too late to withdraw: it was already delivered: “${text.slice(0, 60)}”` }),
  });
  live.onEvents((events) => outbox.takeEvents(events));
  const liveCalls = createCell(noLiveCalls);
  live.onEvents((events) => liveCalls.set(foldCalls(liveCalls.get(), events)));
  let hasOpened = false;
  live.onHint(({ type }) => {
    if (type !== "reopened") return;
    if (hasOpened) outbox.resume();
    hasOpened = true;
  });
  window.addEventListener("storage", ({ key, newValue }) => outbox.takeStored(key, newValue));
  return {
    client,
    queryClient,
    live,
    reads: { ...live.readContext, ...(listAhead && { listAhead }) },
    frameGatewayId,
    outbox,
    takenBack: createCell<OutgoingText | null>(null),
    attachments: createAttachments({ baseUrl, ...(token !== undefined && { token }) }),
    toasts,
    liveCalls,
    seconds: createTicker(1000),
    panel: createCell<Panel>(null),
    isSidebarShown: createCell(true),
    sidebarWidth: createCell(readSidebarWidth()),
    goOn: createCell<{ readonly from: readonly SessionId[]; readonly to: SessionId | null } | null>(null),
    keys: createCell(applyChoices(readChoices())),
    isRecordingKeys: createCell(false),
    renaming: createCell<SessionId | null>(null),
    editing: createCell<EntryId | null>(null),
    renamingRow: createCell<SessionId | null>(null),
    isModifierHeld: createCell(false),
    askToFocus: createCell<SessionId | null>(null),
    listRows: createCell<readonly ListRow[]>([]),
    listInput: createCell<GroupInput | null>(null),
    listView: createCell(readListView()),
    panes: createCell(readPanes()),
    rightPanel: createRightPanel(),
    finding: createCell<SessionId | null>(null),
  };
}

/** A hidden page gets no frames, and its caches must still keep up. */
function nextFrameOrSoon(run: () => void): void {
  let isDone = false;
  const once = (): void => {
    if (isDone) return;
    isDone = true;
    run();
  };
  requestAnimationFrame(once);
  setTimeout(once, 250);
}

export const ReefContext = createContext<Reef | null>(null);

export function useReef(): Reef {
  const reef = useContext(ReefContext);
  if (!reef) throw new Error("useReef is used outside the page's root.");
  return reef;
}
