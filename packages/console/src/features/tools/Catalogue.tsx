/** Sets up a well-known MCP server: a person chooses one and answers what it needs. */
import type { McpServerId } from "@reef/protocol/ids";
import type { McpCatalogueOffer } from "@reef/protocol/mcp-catalogue";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Catalogue.module.css";
import { readServersAgain } from "./tool-queries.ts";

export interface CatalogueProps {
  readonly onSaved: (id: McpServerId) => void;
  readonly onClose: () => void;
}

export function Catalogue({ onSaved, onClose }: CatalogueProps): ReactElement {
  const { client } = useReef();
  const [chosen, setChosen] = useState<McpCatalogueOffer | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["mcp-catalogue"],
    queryFn: async () => (await wholeClient(client).mcpCatalogue()).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (chosen !== null) return <SetUp entry={chosen} onSaved={onSaved} onClose={onClose} />;
  return (
    <Dialog title="Well-known servers" width="wide" onClose={onClose}>
      {error && !data && <LoadFailure what="the catalogue" error={error} onAgain={refetch} />}
      {!data && !error && <Bones look="card" />}
      <ul className={`${shapes.bare} ${styles.list}`} aria-label="Well-known servers">
        {data?.map((entry) => (
          <li key={entry.name} className={styles.entry}>
            <div className={shapes.grow}>
              <h3 className={styles.title}>
                {entry.title}
                {!entry.tried && <span className={styles.untried}>not tried with this version</span>}
              </h3>
              <p>{entry.description}</p>
              {entry.note && <p className={form.hint}>{entry.note}</p>}
              {entry.missing && (
                <p className={form.hint}>
                  This machine has no <code>{entry.missing}</code>: install it first.
                </p>
              )}
            </div>
            <Button isSmall aria-label={`Set up ${entry.title}`} onClick={() => setChosen(entry)}>
              Set up…
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function SetUp({ entry, onSaved, onClose }: CatalogueProps & { readonly entry: McpCatalogueOffer }): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const create = useMutation({
    mutationFn: (fields: FormData) => {
      const answers = entry.inputs.flatMap(({ name }) => {
        const answer = String(fields.get(`answer-${name}`) ?? "");
        return answer === "" ? [] : [[name, answer] as const];
      });
      const name = String(fields.get("name") ?? "").trim();
      return wholeClient(client).setUpMcpServer(entry.name, { answers: Object.fromEntries(answers), name });
    },
    onSuccess: async ({ id }) => {
      await readServersAgain(queryClient);
      onSaved(id);
    },
    onError: (error) => setProblem(`Couldn't set it up: ${errorText(error)}`),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!create.isPending) create.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={`Set up ${entry.title}`} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <p>{entry.description}</p>
        <Field label="Name" hint="Begins the names of its tools.">
          <input
            data-first
            required
            name="name"
            maxLength={32}
            pattern="[a-z0-9](-?[a-z0-9])*"
            title="Small letters and digits, joined by single dashes"
            autoComplete="off"
            spellCheck={false}
            defaultValue={entry.name}
          />
        </Field>
        {entry.inputs.map(({ name, label, kind, hint }) => (
          <Field key={name} label={label} hint={hint}>
            <input
              required
              name={`answer-${name}`}
              type={kind === "secret" ? "password" : "text"}
              maxLength={10_000}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        ))}
        <FormEnd problem={problem} action="Set up" isDisabled={create.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}
