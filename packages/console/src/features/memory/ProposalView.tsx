/**
 * Shows one proposal as a diff: what would be removed and added, which lines it was made from, and buttons to decide.
 */

import type { Proposal, ProposalSource } from "@reef/protocol/consolidation";
import { type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { cutText } from "../../ui/cut-text.ts";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Consolidation.module.css";
import memory from "./Memory.module.css";
import { wordByKind, wordByTrust } from "./memory-words.ts";
import { SourceLink } from "./SourceLink.tsx";
import { takeFocus } from "./take-focus.ts";

export interface ProposalViewProps {
  readonly proposal: Proposal;
  readonly isBusy: boolean;
  readonly onAccept: (text?: string) => void;
  readonly onReject: () => void;
  readonly onUndo: () => void;
}

const wordByAction: Readonly<Record<Proposal["action"], string>> = {
  add: "New",
  replace: "Replaces",
  forget: "No longer true",
};
const wordByState: Readonly<Record<Exclude<Proposal["state"], "open">, string>> = {
  accepted: "Accepted",
  rejected: "Rejected",
  undone: "Undone",
};
const shownSources = 3;

export function ProposalView({ proposal, isBusy, onAccept, onReject, onUndo }: ProposalViewProps): ReactElement {
  const [isEditing, setEditing] = useState(false);
  const { id, action, state, memory: added, ends, sources, reason, settledBy } = proposal;
  return (
    <li data-proposal={id} data-state={state}>
      <p className={styles.what}>
        {wordByAction[action]}
        {state !== "open" && (
          <span className={styles.state}>
            {wordByState[state]}
            {settledBy === "policy" && " automatically"}
          </span>
        )}
      </p>
      {ends.map((memory) => (
        <del key={memory.id} className={styles.removed}>
          {memory.text}
        </del>
      ))}
      {added && isEditing ? (
        <EditForm
          text={added.text}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            setEditing(false);
            onAccept(text);
          }}
        />
      ) : (
        added && <ins className={styles.added}>{added.text}</ins>
      )}
      {added && (
        <p className={memory.source}>
          <span>{wordByKind[added.kind]}</span>
          <span>{wordByTrust[added.trust]}</span>
          {added.trust === "tool" && <span>stays out of prompts until you approve it</span>}
        </p>
      )}
      {reason !== "" && <p className={shapes.soft}>Because: {reason}</p>}
      <Sources sources={sources} />
      {!isEditing && (
        <div className={memory.acts}>
          {state === "open" && (
            <>
              <Button className={memory.act} disabled={isBusy} onClick={() => onAccept()}>
                Accept
              </Button>
              {added && (
                <Button className={memory.act} look="quiet" disabled={isBusy} onClick={() => setEditing(true)}>
                  Edit
                </Button>
              )}
              <Button className={memory.act} look="quiet" disabled={isBusy} onClick={onReject}>
                Reject
              </Button>
            </>
          )}
          {state === "accepted" && (
            <Button className={memory.act} look="quiet" disabled={isBusy} onClick={onUndo}>
              Undo
            </Button>
          )}
          {(state === "rejected" || state === "undone") && (
            <Button className={memory.act} look="quiet" disabled={isBusy} onClick={() => onAccept()}>
              Accept after all
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function Sources({ sources }: { readonly sources: readonly ProposalSource[] }): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (sources.length === 0) return <p className={memory.hint}>The lines it came from are gone.</p>;
  const shown = isWhole ? sources : sources.slice(0, shownSources);
  return (
    <ul className={styles.sources} aria-label="From">
      {shown.map((source) => (
        <Source key={source.memoryId} source={source} />
      ))}
      {sources.length > shown.length && (
        <li>
          <button type="button" className={shapes.wordLink} onClick={() => setWhole(true)}>
            {sources.length - shown.length} more
          </button>
        </li>
      )}
    </ul>
  );
}

function Source({ source }: { readonly source: ProposalSource }): ReactElement {
  const { sessionId, entryId, speaker, text, at } = source;
  const said = cutText(text, 160);
  return (
    <li>
      <span className={styles.quote} dir="auto">
        {speaker !== null && `${speaker}: `}“{said}”
      </span>
      {sessionId !== null && entryId !== null && (
        <SourceLink
          memory={{ kind: "entry", source: { kind: "entry", sessionId, entryId }, occurredAt: at, createdAt: at }}
        />
      )}
    </li>
  );
}

interface EditFormProps {
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

function EditForm({ text, onSave, onCancel }: EditFormProps): ReactElement {
  const [words, setWords] = useState(text);
  const canSave = words.trim() !== "";
  return (
    <form
      className={memory.correct}
      aria-label="Edit this proposal"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) onSave(words.trim());
      }}
    >
      <textarea
        dir="auto"
        className={form.input}
        aria-label="Text to remember"
        maxLength={100_000}
        ref={takeFocus}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className={memory.formActs}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={!canSave}>
          Accept edited
        </Button>
      </div>
    </form>
  );
}
