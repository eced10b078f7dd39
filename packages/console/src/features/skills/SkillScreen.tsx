/** Shows one skill: its files with an editor, and which bots have it. */
import type { SkillId } from "@reef/protocol/ids";
import { useMutation } from "@tanstack/react-query";
import { BookOpen } from "lucide";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { Button } from "../../ui/Button.tsx";
import { ButtonLink } from "../../ui/ButtonLink.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Part } from "../../ui/Part.tsx";
import { useParams, useRouter } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SkillBots } from "./SkillBots.tsx";
import { SkillFiles } from "./SkillFiles.tsx";
import styles from "./Skills.module.css";
import { useSkillContents, useSkills } from "./use-skills.ts";

export function SkillScreen(): ReactElement {
  const id = useParams().skillId as SkillId;
  const { client, toasts } = useReef();
  const router = useRouter();
  const { data: skills, error, refetch } = useSkills();
  const skill = skills?.find((each) => each.id === id);
  const contents = useSkillContents(id, skill?.updatedAt);
  const [isDeleting, setDeleting] = useState(false);
  const remove = useMutation({
    mutationFn: () => wholeClient(client).deleteSkill(id),
    onSuccess: () => {
      toasts.show({ text: `${skill?.name ?? "The skill"} was deleted.` });
      router.navigate({ to: "/skills" });
    },
  });
  return (
    <Screen
      title={skill?.name ?? "Skill"}
      back={{ to: "/skills", label: "All skills" }}
      read={{
        what: "the skill",
        error: error ?? contents.error,
        isReading: !skills || (skill !== undefined && !contents.data),
        again: () => Promise.all([refetch(), contents.refetch()]),
      }}
      tools={skill && <Button onClick={() => setDeleting(true)}>Delete…</Button>}
      empty={
        skills &&
        !skill && (
          <Empty
            icon={BookOpen}
            title="This skill doesn't exist or was deleted"
            actions={<ButtonLink to="/skills">All skills</ButtonLink>}
          />
        )
      }
      dialogs={
        <Part what="This dialog" onClose={() => setDeleting(false)}>
          {isDeleting && skill && (
            <ConfirmDialog
              title={`Delete ${skill.name}`}
              action="Delete"
              undone="Couldn't delete it"
              removal={remove}
              onClose={() => setDeleting(false)}
            >
              <p>The skill and its files are deleted for good. What was read from it stays in transcripts.</p>
            </ConfirmDialog>
          )}
        </Part>
      }
    >
      {skill && contents.data && (
        <div className={styles.body}>
          <p className={styles.lead} dir="auto">
            {skill.description}
          </p>
          <SkillFiles key={id} skill={contents.data} />
          <SkillBots skill={skill} />
        </div>
      )}
    </Screen>
  );
}
