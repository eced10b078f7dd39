/** Edits the limits of a bot's box. An emptied one falls back to its default. */
import type { BoxLimits } from "@reef/protocol/box";
import { defaultBoxLimits } from "@reef/protocol/box-limits";
import type { ReactElement } from "react";
import { Field } from "../../ui/Field.tsx";
import panel from "../panel/BotTab.module.css";

interface Row {
  readonly name: keyof BoxLimits;
  readonly label: string;
  readonly min: number;
  readonly max: number;
}

const rows: readonly Row[] = [
  { name: "seconds", label: "Longest command (s)", min: 1, max: 3_600 },
  { name: "background", label: "Commands in the background", min: 0, max: 16 },
  { name: "backgroundHours", label: "Hours in the background", min: 1, max: 168 },
  { name: "memoryMb", label: "Memory of a command (MB)", min: 64, max: 65_536 },
  { name: "processes", label: "Processes of a command", min: 8, max: 4_096 },
  { name: "workspaceMb", label: "Workspace (MB)", min: 1, max: 1_000_000 },
  { name: "workspaceFiles", label: "Files in the workspace", min: 100, max: 2_000_000 },
];

export function BoxLimitFields({
  limits,
  onChange,
}: {
  readonly limits: BoxLimits;
  readonly onChange: (limits: BoxLimits) => void;
}): ReactElement {
  return (
    <details className={panel.fold}>
      <summary>Limits</summary>
      <div className={panel.facts}>
        {rows.map(({ name, label, min, max }) => (
          <Field key={name} label={label} look="row">
            <input
              type="number"
              inputMode="numeric"
              min={min}
              max={max}
              step={1}
              placeholder={String(defaultBoxLimits[name])}
              value={limits[name] === defaultBoxLimits[name] ? "" : limits[name]}
              onChange={({ target }) =>
                onChange({
                  ...limits,
                  [name]: target.value === "" ? defaultBoxLimits[name] : Math.round(Number(target.value)),
                })
              }
            />
          </Field>
        ))}
      </div>
    </details>
  );
}
