/** Shows what a model can do: a small shape and its word, for each ability that its server reports. */
import type { Model } from "@reef/protocol/model";
import { Eye, type IconNode, Lightbulb, Wrench } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./ModelPicker.module.css";
import { type Ability, abilitiesOf, isWithoutTools, wordsByAbility } from "./model-words.ts";

export function AbilitySigns({ model }: { readonly model: Model }): ReactElement {
  return (
    <span className={styles.abilities}>
      {isWithoutTools(model) && <span className={styles.without}>no tools</span>}
      {abilitiesOf(model).map((ability) => (
        <span key={ability} className={styles.ability}>
          <Icon icon={iconByAbility[ability]} size={12} />
          {wordsByAbility[ability]}
        </span>
      ))}
    </span>
  );
}

const iconByAbility: Readonly<Record<Ability, IconNode>> = { tools: Wrench, vision: Eye, reasoning: Lightbulb };
