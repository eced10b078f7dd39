/** Arranges the list, and links to the archive. */
import { ListFilter } from "lucide";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
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
        <Button look="quiet" isSquare aria-label="Arrange the list" title="Group the list, archived sessions">
          <Icon icon={ListFilter} />
        </Button>
      }
    />
  );
}
