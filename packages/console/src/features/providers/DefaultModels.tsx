/**
 * Chooses which model does which work by default. A choice is saved immediately, and beside each is the model in use now and who
 * chose it.
 */
import type { ModelInUse } from "@reef/protocol/model";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import form from "../../ui/Form.module.css";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import type { ModelWork } from "../model/find-models.ts";
import { ModelPicker } from "../model/ModelPicker.tsx";
import { modelDefaultsQuery } from "../model/model-queries.ts";
import styles from "./ProvidersScreen.module.css";
import { readProvidersAgain } from "./provider-queries.ts";
import { titleByWork, works } from "./provider-uses.ts";

const lineByWork: Readonly<Record<ModelWork, string>> = {
  chat: "Used by bots that name no model of their own.",
  consolidation: "Reads finished conversations and suggests what to remember.",
  embedding: "Finds memories by meaning as well as by words.",
  vision: "Answers messages with images when the bot's own model can't see them.",
  fallback: "Answers while a bot's own model is down or over its limits.",
};

const unsetByWork: Readonly<Record<ModelWork, string>> = {
  chat: "No default",
  consolidation: "Each bot's own model",
  embedding: "Off: memories are found by words",
  vision: "Off: bots only get the names of images",
  fallback: "None: turns wait for their model",
};

export function DefaultModels(): ReactElement {
  const { client, reads, toasts } = useReef();
  const queryClient = useQueryClient();
  const { data: defaults, error, refetch } = useQuery(modelDefaultsQuery(reads));
  const save = useMutation({
    mutationFn: ({ work, model }: { readonly work: ModelWork; readonly model: string | null }) =>
      wholeClient(client).changeModelDefaults({ [work]: model }),
    onSuccess: async (_, { work }) => {
      await readProvidersAgain(queryClient);
      toasts.show({ text: `${titleByWork[work]}: saved. Takes effect on the next turn.` });
    },
  });
  if (error) {
    return <LoadFailure what="the default models" error={error} onAgain={refetch} />;
  }
  return (
    <div className={styles.roles} aria-busy={!defaults}>
      {defaults &&
        works.map((work) => (
          <div key={work} className={styles.role}>
            <ModelPicker
              label={titleByWork[work]}
              work={work}
              value={defaults[work]}
              none={unsetWords(work, defaults[work] === null ? defaults.inUse[work] : null)}
              hint={lineByWork[work]}
              onChange={(model) => model !== defaults[work] && save.mutate({ work, model })}
            />
            {save.error && save.variables.work === work && (
              <p className={form.error} role="alert">
                Couldn't save it: {errorText(save.error)}
              </p>
            )}
          </div>
        ))}
    </div>
  );
}

const wordsBySource: Readonly<Record<ModelInUse["source"], string>> = {
  person: "chosen here",
  environment: "set by the environment",
  file: "set in the config file",
  automatic: "chosen automatically",
};

/** Says what leaving the choice empty means now. */
function unsetWords(work: ModelWork, inUse: ModelInUse | null): string {
  return inUse ? `${inUse.model} (${wordsBySource[inUse.source]})` : unsetByWork[work];
}
