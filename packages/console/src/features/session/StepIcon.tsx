/** Draws the icon of what a tool does. */
import {
  Bookmark,
  CircleHelp,
  Clock,
  FileText,
  Globe,
  type IconNode,
  ListChecks,
  MessageSquare,
  Pencil,
  Search,
  Terminal,
  Wrench,
} from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import type { StepKind } from "./step-words.ts";

const iconByKind: Readonly<Record<StepKind, IconNode>> = {
  read: FileText,
  edit: Pencil,
  run: Terminal,
  find: Search,
  web: Globe,
  memory: Bookmark,
  session: MessageSquare,
  person: CircleHelp,
  schedule: Clock,
  plan: ListChecks,
  other: Wrench,
};

export function StepIcon({ kind, size = 14 }: { readonly kind: StepKind; readonly size?: 12 | 14 }): ReactElement {
  return <Icon icon={iconByKind[kind]} size={size} />;
}
