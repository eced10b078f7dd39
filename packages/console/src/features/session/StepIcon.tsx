/** Draws the icon of what a tool does. */
import {
  Bookmark,
  CircleHelp,
  Clock,
  FileText,
  Globe,
  type IconNode,
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
  other: Wrench,
};

export function StepIcon({ kind }: { readonly kind: StepKind }): ReactElement {
  return <Icon of={iconByKind[kind]} size={14} />;
}
