/** Shows which bots have a skill, and switches it on and off for each. */
import type { Skill } from "@reef/protocol/skill";
import { hasSkill } from "@reef/protocol/skill-rules";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Skills.module.css";

export function SkillBots({ skill }: { readonly skill: Skill }): ReactElement {
  const reef = useReef();
  const { data: bots } = useQuery(botsQuery(reef.reads));
  const act = (change: () => Promise<unknown>): void =>
    void attempt(reef, "Couldn't change it", async () => {
      await change();
    });
  return (
    <section className={styles.section} aria-labelledby="skill-bots">
      <h2 id="skill-bots" className={styles.heading}>
        Bots
      </h2>
      <Check
        label="All bots"
        hint={skill.shared ? "also new ones; switch single ones off below" : "switch it on for single ones below"}
        checked={skill.shared}
        onChange={({ currentTarget: { checked } }) =>
          act(() => wholeClient(reef.client).changeSkill(skill.id, { shared: checked }))
        }
      />
      <ul className={`${shapes.bare} ${styles.bots}`} aria-label="Bots that can have it">
        {[...(bots?.values() ?? [])]
          .toSorted((a, b) => a.name.localeCompare(b.name))
          .map(({ id, name }) => (
            <li key={id}>
              <Check
                label={<span dir="auto">{name}</span>}
                checked={hasSkill(skill, id)}
                onChange={({ currentTarget: { checked } }) =>
                  act(() => wholeClient(reef.client).switchSkill(id, skill.id, checked))
                }
              />
            </li>
          ))}
      </ul>
    </section>
  );
}
