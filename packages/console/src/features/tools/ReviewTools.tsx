/**
 * Shows what new tools of an MCP server say, and how changed ones differ from what was approved (TO5). What is approved is what
 * was shown: if the server has listed something else since, the approval is refused, and the new list appears.
 */
import type { McpServer, McpTool, McpToolText } from "@reef/protocol/mcp";
import { mcpToolState } from "@reef/protocol/mcp-tool-state";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import { countOf } from "../../ui/count.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import shapes from "../../ui/Shapes.module.css";
import { DiffView } from "../call/DiffView.tsx";
import { diffTexts } from "../call/diff-lines.ts";
import { unapproved } from "./server-words.ts";
import styles from "./ToolsScreen.module.css";
import { readServersAgain, takeServer } from "./tool-queries.ts";

export function ReviewTools({
  server,
  onClose,
}: {
  readonly server: McpServer;
  readonly onClose: () => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const queryClient = useQueryClient();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const waiting = unapproved(server.tools);
  const chosen = waiting.filter(({ name }) => !left.has(name));
  const approve = useMutation({
    mutationFn: () =>
      wholeClient(client).approveMcpTools(server.id, {
        tools: chosen.map(({ name }) => name),
        ...(server.listedAt !== null && { listedAt: server.listedAt }),
      }),
    onSuccess: (changed) => {
      takeServer(queryClient, changed);
      toasts.show({ text: `Approved ${countOf(chosen.length, "tool")} of ${server.name}.` });
      onClose();
    },
    onError: () => void readServersAgain(queryClient),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen.length > 0) approve.mutate();
  };
  return (
    <Dialog title={`Review the tools of ${server.name}`} width="wide" onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <p className={shapes.soft}>Models read a tool's description and follow it. Approve only what you trust.</p>
        {waiting.length === 0 && <p>All its tools are approved.</p>}
        {waiting.map((tool) => (
          <section key={tool.name} className={styles.reviewed} aria-label={tool.name}>
            <Check
              label={<code>{tool.name}</code>}
              hint={mcpToolState(tool) === "new" ? "new" : "changed"}
              checked={!left.has(tool.name)}
              onChange={({ target }) => setLeft(toggled(left, tool.name, !target.checked))}
            />
            <Change tool={tool} />
          </section>
        ))}
        <FormEnd
          problem={approve.error ? `Nothing was approved: ${errorText(approve.error)}` : null}
          action={approve.isPending ? "Approving…" : `Approve ${countOf(chosen.length, "tool")}`}
          isDisabled={approve.isPending || chosen.length === 0}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

function Change({ tool }: { readonly tool: McpTool }): ReactElement {
  const { approved } = tool;
  const before: McpToolText = approved ?? { description: "", inputSchema: {} };
  const [old, now] = [schemaText(before), schemaText(tool)];
  return (
    <>
      {before.description === tool.description ? (
        <p className={styles.words}>{tool.description}</p>
      ) : (
        <DiffView
          label={`Description of ${tool.name}`}
          lines={diffTexts(`${before.description}\n`.trimStart(), `${tool.description}\n`, false)}
        />
      )}
      {old !== now && (
        <>
          <p className={shapes.meta}>Input</p>
          <DiffView label={`Input of ${tool.name}`} lines={diffTexts(approved === null ? "" : old, now, false)} />
        </>
      )}
    </>
  );
}

function schemaText({ inputSchema }: McpToolText): string {
  return `${JSON.stringify(inputSchema, null, 2)}\n`;
}

function toggled(names: ReadonlySet<string>, name: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(names);
  if (isIn) next.add(name);
  else next.delete(name);
  return next;
}
