/** Draws the open menu. It is not modal: the modal kind injects a style element, which the page's policy forbids. */
import { assertNever } from "@reef/protocol/error";
import { Check, ChevronRight } from "lucide";
import { DropdownMenu } from "radix-ui";
import type { ReactElement } from "react";
import { Icon } from "./Icon.tsx";
import styles from "./Menu.module.css";
import type { MenuEntry } from "./menu-entry.ts";
import type { MenuProps } from "./menu-props.ts";
import shapes from "./Shapes.module.css";

export interface OpenMenuProps extends MenuProps {
  /** For a menu without a button: gives the focus back itself. */
  readonly onClosed?: () => void;
}

/** Starts open, because it is first drawn on request. */
export function OpenMenu({ trigger, entries, align, onClosed }: OpenMenuProps): ReactElement {
  return (
    <DropdownMenu.Root modal={false} defaultOpen onOpenChange={(isOpen) => !isOpen && onClosed?.()}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={`${shapes.card} ${styles.menu}`}
          align={align ?? "start"}
          sideOffset={4}
          collisionPadding={8}
          loop
          onCloseAutoFocus={(event) => onClosed && event.preventDefault()}
        >
          <Entries make={entries} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A component of its own, so that the entries are made when the menu opens and not with every render of its button. */
function Entries({ make }: { readonly make: () => readonly MenuEntry[] }): ReactElement {
  return <>{make().map((entry) => renderEntry(entry))}</>;
}

function renderEntry(entry: MenuEntry): ReactElement {
  switch (entry.type) {
    case "item":
      return (
        <DropdownMenu.Item
          key={entry.key}
          className={`${shapes.choice} ${styles.item}`}
          onSelect={entry.run}
          aria-current={entry.isCurrent || undefined}
        >
          <span className={`${shapes.cut} ${styles.label}`}>{entry.label}</span>
          {entry.isCurrent && <Icon icon={Check} size={14} />}
          {entry.about && <span className={shapes.meta}>{entry.about}</span>}
          {entry.hint && <kbd>{entry.hint}</kbd>}
        </DropdownMenu.Item>
      );
    case "heading":
      return (
        <DropdownMenu.Label key={entry.key} className={styles.heading}>
          {entry.label}
        </DropdownMenu.Label>
      );
    case "note":
      return (
        <DropdownMenu.Label key={entry.key} className={styles.note}>
          {entry.label}
        </DropdownMenu.Label>
      );
    case "line":
      return <DropdownMenu.Separator key={entry.key} className={styles.line} />;
    case "menu":
      return (
        <DropdownMenu.Sub key={entry.key}>
          <DropdownMenu.SubTrigger className={`${shapes.choice} ${styles.item}`}>
            <span className={`${shapes.cut} ${styles.label}`}>{entry.label}</span>
            <Icon icon={ChevronRight} size={14} />
          </DropdownMenu.SubTrigger>
          <DropdownMenu.Portal>
            <DropdownMenu.SubContent className={`${shapes.card} ${styles.menu}`} collisionPadding={8}>
              {entry.entries.map((inner) => renderEntry(inner))}
            </DropdownMenu.SubContent>
          </DropdownMenu.Portal>
        </DropdownMenu.Sub>
      );
    default:
      return assertNever(entry);
  }
}
