/** Shows in one line what a tool that runs now does, and to what. */
import type { EntryTool } from "@reef/protocol/entry";
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import { StepIcon } from "./StepIcon.tsx";
import { stepLine } from "./step-words.ts";

export function StepLine({ tool: { name, input } }: { readonly tool: EntryTool }): ReactElement {
  const { kind, words } = stepLine(name, input);
  return (
    <>
      <StepIcon kind={kind} size={12} />
      <span className={shapes.cut} dir="auto">
        {words}
      </span>
    </>
  );
}
