/** Shows what a model can do: a small shape and its word, for each ability that its server reports. */
import type { Model } from "@reef/protocol/model";
import type { ReactElement } from "react";
import styles from "./ModelPicker.module.css";
import { type Ability, abilitiesOf, isWithoutTools, wordsByAbility } from "./model-words.ts";

export function AbilitySigns({ model }: { readonly model: Model }): ReactElement {
  return (
    <span className={styles.abilities}>
      {isWithoutTools(model) && <span className={styles.without}>no tools</span>}
      {abilitiesOf(model).map((ability) => (
        <span key={ability} className={styles.ability}>
          <svg viewBox="0 0 16 16" width="12" height="12" fill="none" stroke="currentColor" aria-hidden="true">
            <g strokeWidth="1.500" strokeLinecap="round" strokeLinejoin="round">
              {shapeByAbility[ability]}
            </g>
          </svg>
          {wordsByAbility[ability]}
        </span>
      ))}
    </span>
  );
}

const shapeByAbility: Readonly<Record<Ability, ReactElement>> = {
  tools: (
    <path d="M13.500 4.700a3.500 3.500 0 0 1-4.600 4.300L5 13a1.400 1.400 0 0 1-2-2l4-3.900a3.500 3.500 0 0 1 4.300-4.600L9.300 4.500l.400 1.800 1.800.400Z" />
  ),
  vision: (
    <>
      <path d="M1.500 8S4 3.750 8 3.750 14.500 8 14.500 8 12 12.250 8 12.250 1.500 8 1.500 8Z" />
      <circle cx="8" cy="8" r="1.750" />
    </>
  ),
  reasoning: <path d="M5.500 11.500a4.500 4.500 0 1 1 5 0v1.250h-5zM6.500 14.750h3" />,
};
