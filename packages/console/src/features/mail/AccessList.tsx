/** Shows on a phone what one bot may do with the others, or they with it. */
import type { AccessPair } from "@reef/protocol/access";
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import { type ReactElement, type ReactNode, useState } from "react";
import { Field } from "../../ui/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./AccessMatrix.module.css";
import { AccessSigns, signOf, signWords } from "./AccessSigns.tsx";
import type { BotPair } from "./bot-pair.ts";

export interface AccessListProps {
  readonly bots: readonly Bot[];
  readonly accessOf: (pair: BotPair) => AccessPair;
  readonly open: BotPair | null;
  readonly onOpen: (pair: BotPair) => void;
  /** The reasons of the open pair. */
  readonly children: ReactNode;
}

export function AccessList({ bots, accessOf, open, onOpen, children }: AccessListProps): ReactElement | null {
  const [chosenId, setChosenId] = useState<BotId | null>(null);
  const [isActing, setActing] = useState(true);
  const chosen = bots.find(({ id }) => id === chosenId) ?? bots[0];
  if (chosen === undefined) return null;
  return (
    <>
      <div className={styles.choice}>
        <Field label="Bot">
          <Select
            options={bots.map(({ id, name }) => [id, name] as const)}
            value={chosen.id}
            onChoose={(id) => setChosenId(id)}
          />
        </Field>
        <Field label="Show">
          <Select
            options={[
              ["acting", "what it may do"],
              ["acted", "what others may do"],
            ]}
            value={isActing ? "acting" : "acted"}
            onChoose={(way) => setActing(way === "acting")}
          />
        </Field>
      </div>
      <ul className={shapes.bare} aria-label="Who may write to and read whom">
        {bots.map((other) => {
          const pair = isActing ? { from: chosen, to: other } : { from: other, to: chosen };
          const access = accessOf(pair);
          const [write, read] = [signOf(access.write), signOf(access.read)];
          const isOpen = open?.from.id === pair.from.id && open.to.id === pair.to.id;
          return (
            <li key={other.id} className={styles.line}>
              <button type="button" aria-expanded={isOpen} onClick={() => onOpen(pair)}>
                <span className={shapes.cut} dir="auto">
                  {other.id === chosen.id ? `${other.name}, its own sessions` : other.name}
                </span>
                <AccessSigns write={write} read={read} />
                <span className={styles.words}>
                  writing {signWords[write]}, reading {signWords[read]}
                </span>
              </button>
              {isOpen && children}
            </li>
          );
        })}
      </ul>
    </>
  );
}
