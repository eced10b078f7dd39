/** Shows the key map for people, straight from the table that the keys follow, and the version. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { bindingId } from "../../data/keys/bindings.ts";
import type { KeyBinding } from "../../data/keys/key-map.ts";
import { type KeyGroup, wordsByAction } from "../../data/keys/key-words.ts";
import { pressToLabel } from "../../data/keys/press-label.ts";
import { statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Link } from "../../ui/router.tsx";
import styles from "./Help.module.css";

/** Two rows of the table for one action, in text fields and outside them, become one line here. */
function joinRows(bindings: readonly KeyBinding[]): readonly KeyBinding[] {
  const byAction = new Map<string, KeyBinding>();
  for (const binding of bindings) {
    const before = byAction.get(binding.action);
    byAction.set(binding.action, before ? { ...before, presses: [...before.presses, ...binding.presses] } : binding);
  }
  return [...byAction.values()];
}

const groups: readonly KeyGroup[] = ["Move", "Find", "Act", "In the session list"];

const whileWriting: readonly (readonly [string, string])[] = [
  ["Enter", "Send"],
  ["Shift+Enter", "New line"],
  ["$mod+Enter", "Send the other way (steer instead of queue)"],
];

export function Help({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { keys, reads } = useReef();
  const bindings = useCell(keys);
  const { data: status } = useQuery(statusQuery(reads));
  return (
    <Dialog title="Keys" width="wide" onClose={onClose}>
      <div className={styles.help}>
        {groups.map((group) => (
          <section key={group}>
            <h3 className={styles.heading}>{group}</h3>
            <dl className={styles.keys}>
              {joinRows(bindings)
                .filter((binding) => wordsByAction[binding.action].group === group && binding.presses.length > 0)
                .map((binding) => (
                  <KeyLine
                    key={bindingId(binding)}
                    presses={shownPresses(binding)}
                    label={wordsByAction[binding.action].label}
                  />
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3 className={styles.heading}>While writing</h3>
          <dl className={styles.keys}>
            {whileWriting.map(([press, label]) => (
              <KeyLine key={press} presses={[press]} label={label} />
            ))}
            <KeyLine presses={["1…9"]} label="Choose an option of the focused question" />
          </dl>
        </section>
        <p className={styles.note}>
          In a browser tab, Ctrl/⌘ with a digit switches sessions instead of tabs. Alt with a digit does the same. Keys,
          theme and density are changed in{" "}
          <Link to="/settings" onClick={onClose}>
            Settings
          </Link>
          .{status && ` This is Reef ${status.version}.`}
        </p>
      </div>
    </Dialog>
  );
}

function KeyLine({ presses, label }: { readonly presses: readonly string[]; readonly label: string }): ReactElement {
  return (
    <div className={styles.line}>
      <dt>
        {presses.map((press) => (
          <kbd key={press}>{pressToLabel(press)}</kbd>
        ))}
      </dt>
      <dd>{label}</dd>
    </div>
  );
}

/** Nine digits are one line. */
function shownPresses({ action, presses }: KeyBinding): readonly string[] {
  if (action === "session-nth") return presses.filter((press) => press.endsWith("Digit1")).map((press) => `${press}…9`);
  return presses.filter((press) => press !== "Shift+?");
}
