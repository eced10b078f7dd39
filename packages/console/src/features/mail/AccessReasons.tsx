/** Says why one bot may, or may not, write to and read another, and offers the rule that changes it. */
import type { AccessPair } from "@reef/protocol/access";
import type { LinkRight } from "@reef/protocol/link";
import type { ReactElement } from "react";
import { Button } from "../../ui/Button.tsx";
import styles from "./AccessMatrix.module.css";
import { signOf, signWords } from "./AccessSigns.tsx";
import type { BotPair } from "./bot-pair.ts";
import { withAccess } from "./link-rules.ts";
import type { LinkDraft } from "./use-link-draft.ts";

const rights: readonly { readonly right: LinkRight; readonly label: string; readonly act: string }[] = [
  { right: "write", label: "Writing", act: "writing" },
  { right: "read", label: "Reading", act: "reading" },
];

export interface AccessReasonsProps {
  readonly pair: BotPair;
  readonly access: AccessPair;
  readonly draft: LinkDraft;
}

export function AccessReasons({ pair, access, draft }: AccessReasonsProps): ReactElement {
  const { from, to } = pair;
  const change = (right: LinkRight, allow: boolean): void =>
    draft.edit(withAccess(draft.links, { from: from.id, to: to.id, right, allow }));
  return (
    <div className={styles.reasons}>
      <h3 dir="auto">{from.id === to.id ? `${from.name}, its own sessions` : `${from.name} → ${to.name}`}</h3>
      <dl>
        {rights.map(({ right, label, act }) => {
          const { reason, text, ...decision } = access[right];
          const sign = signOf(decision);
          return (
            <div key={right} data-right={right}>
              <dt>
                {label}: {signWords[sign]}
              </dt>
              <dd dir="auto">
                {text}
                {reason.kind === "private" && " Change that in its settings."}
              </dd>
              {reason.kind !== "private" && (
                <dd className={styles.acts}>
                  {sign !== "allowed" && <Button onClick={() => change(right, true)}>Allow {act}</Button>}
                  {sign !== "denied" && <Button onClick={() => change(right, false)}>Deny {act}</Button>}
                </dd>
              )}
            </div>
          );
        })}
      </dl>
    </div>
  );
}
