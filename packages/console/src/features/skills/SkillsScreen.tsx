/** Lists the skills, live, with who has them; new ones are created or imported here. */
import type { Skill } from "@reef/protocol/skill";
import { useQuery } from "@tanstack/react-query";
import { BookOpen } from "lucide";
import { type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Empty } from "../../ui/Empty.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Link } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Skills.module.css";
import { whoHas } from "./skill-words.ts";
import { useSkills } from "./use-skills.ts";

const NewSkill = lazyPart("NewSkill", () => import("./NewSkill.tsx"));
const ImportSkills = lazyPart("ImportSkills", () => import("./ImportSkills.tsx"));

export function SkillsScreen(): ReactElement {
  const { data: skills, error, refetch } = useSkills();
  const [open, setOpen] = useState<"new" | "import" | null>(null);
  const close = (): void => setOpen(null);
  const tools = (
    <>
      <Button onClick={() => setOpen("import")}>Import…</Button>
      <Button look="primary" onClick={() => setOpen("new")}>
        New skill
      </Button>
    </>
  );
  return (
    <Screen
      title="Skills"
      count={skills?.length}
      back={{ to: "/settings", label: "Settings" }}
      read={{ what: "the skills", error, isReading: !skills, again: refetch, look: "card" }}
      tools={skills && skills.length > 0 && tools}
      empty={
        skills?.length === 0 && (
          <Empty icon={BookOpen} title="No skills yet" actions={tools}>
            A skill is a folder of instructions for a kind of task. Bots see its name and description, and read the rest
            when they need it.
          </Empty>
        )
      }
      dialogs={
        <Part what="This dialog" onClose={close}>
          {open === "new" && <NewSkill onClose={close} />}
          {open === "import" && <ImportSkills onClose={close} />}
        </Part>
      }
    >
      <ul className={`${shapes.bare} ${styles.list}`} aria-label="Skills">
        {skills?.map((skill) => (
          <SkillCard key={skill.id} skill={skill} />
        ))}
      </ul>
    </Screen>
  );
}

function SkillCard({ skill }: { readonly skill: Skill }): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { id, name, description, files, source } = skill;
  return (
    <li className={`${shapes.card} ${styles.card}`}>
      <Link to="/skills/$skillId" params={{ skillId: id }} className={styles.name}>
        {name}
      </Link>
      <p className={styles.description} dir="auto">
        {description}
      </p>
      <p className={`${shapes.meta} ${styles.facts}`}>
        {bots && <span>{whoHas(skill, new Set(bots.keys()))}</span>}
        <span>{countOf(files.length, "file")}</span>
        {source !== null && (
          <span className={shapes.cut} title={source}>
            {source}
          </span>
        )}
      </p>
    </li>
  );
}
