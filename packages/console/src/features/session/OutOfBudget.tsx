/** Says which budget a paused session waits for and who set it, with one press to raise it (BU3). */
import type { OutOfBudget as Limit } from "@reef/protocol/budget";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./TurnStrip.module.css";

export function OutOfBudget({ limit }: { readonly limit: Limit }): ReactElement {
  const { client } = useReef();
  const [problem, setProblem] = useState<string | null>(null);
  const { data: ask } = useQuery({
    queryKey: ["budget-ask", limit.askId],
    queryFn: () => wholeClient(client).ask(limit.askId),
  });
  const raise = ask?.state === "open" && !ask.held ? ask.options[0] : undefined;
  const answer = async (choice: string): Promise<void> => {
    try {
      await client.answerAsk(limit.askId, { answer: choice });
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  return (
    <>
      <span className={styles.words}>
        {problem ?? `Out of budget: ${limit.limit}, set by ${limit.setBy}. The turn continues when it is raised.`}
      </span>
      {raise !== undefined && (
        <Button look="primary" isSmall onClick={() => void answer(raise)}>
          {raise}
        </Button>
      )}
    </>
  );
}
