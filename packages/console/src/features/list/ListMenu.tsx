/** Arranges the list, and links to the archive. */
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { LoadedMenu } from "../../ui/Menu.tsx";
import { useRouter } from "../../ui/router.tsx";

const loadEntries = () => import("./list-entries.ts");

export function ListMenu(): ReactElement {
  const reef = useReef();
  const router = useRouter();
  return (
    <LoadedMenu
      align="end"
      code={loadEntries}
      entries={({ arrangeEntries }) => arrangeEntries(reef, router)}
      trigger={
        <Button look="plain" isSquare aria-label="Arrange the list" title="Group the list, archived sessions">
          <svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" aria-hidden="true">
            <path d="M2.500 4h11M4.500 8h7M6.500 12h3" strokeWidth="1.600" strokeLinecap="round" />
          </svg>
        </Button>
      }
    />
  );
}
