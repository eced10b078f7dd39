/** Shows what was used, short: tokens, and the cost where it is known. The exact words are in the title. */
import type { Usage } from "@reef/protocol/bot";
import type { ReactElement } from "react";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { tokensOf } from "./turn-sums.ts";

export function UsedLabel({ used }: { readonly used: Usage }): ReactElement {
  const tokens = tokensOf(used);
  const cost = costLabel(used);
  return (
    <span title={`${countOf(tokens, "token")}. ${costTitle(used)}`}>
      {shortCount(tokens)} tok{cost !== null && ` · ${cost}`}
    </span>
  );
}
