/**
 * Shows a control with its label, hint and error. The ids that tie them together are created here, so no form can
 * forget one: the label names the control, hint and error describe it, and a required control is marked.
 */
import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, useId } from "react";
import styles from "./Form.module.css";
import { joinClasses } from "./join-classes.ts";

/** What a field tells its control. The control's own values win over the look, and are kept beside what describes it. */
export type ControlProps = Pick<
  ComponentProps<"input">,
  "id" | "className" | "required" | "aria-describedby" | "aria-invalid"
>;

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value. It stands in place of the hint. */
  readonly error?: string | null | undefined;
  /** `row` stands in a list of short values, `bar` among the tools above a list. */
  readonly look?: "above" | "row" | "bar";
  /** The control: an input, a textarea, a Select. */
  readonly children: ReactElement<ControlProps>;
  /** Belongs to the control and stands directly under it: the list of a combobox. */
  readonly under?: ReactNode;
}

export function Field({ label, hint, error, look = "above", children, under }: FieldProps): ReactElement {
  const ownId = useId();
  const { props } = children;
  const id = props.id ?? ownId;
  const aboutId = `${id}-about`;
  const about = error || hint;
  return (
    <div className={styles.field} data-look={look}>
      <span className={styles.label}>
        <label htmlFor={id}>{label}</label>
        {props.required && look !== "bar" && (
          <span className={styles.mark} title="Required" aria-hidden="true">
            *
          </span>
        )}
      </span>
      {cloneElement(children, {
        id,
        className: joinClasses(look === "bar" ? undefined : styles.input, props.className),
        "aria-describedby": joinClasses(props["aria-describedby"], about ? aboutId : undefined),
        "aria-invalid": error ? true : props["aria-invalid"],
      })}
      {under}
      {about && (
        <span id={aboutId} className={error ? styles.problem : styles.hint} dir={error ? "auto" : undefined}>
          {about}
        </span>
      )}
    </div>
  );
}
