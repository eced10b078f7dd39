/** Drives writes on a synchronous connection: the writer thread's. */
import type { Connection } from "../sql.ts";
import * as statements from "../write/statements.ts";
import type { NumberStep, Step, Write } from "../write/steps.ts";

/** The latest numbers given, as the database has them. */
export type LastNumbers = Record<NumberStep["series"], number>;

export function loadNumbers(connection: Connection): LastNumbers {
  return {
    event: connection.get(statements.lastSeq, {})?.seq ?? 0,
    acceptance: connection.get(statements.lastPosition, {})?.position ?? 0,
  };
}

export function drive<Result>(write: Write<Result>, connection: Connection, last: LastNumbers): Result {
  const steps = write[Symbol.iterator]();
  let next = steps.next();
  while (next.done !== true) {
    let answer: unknown;
    try {
      answer = answerStep(next.value, connection, last);
    } catch (error) {
      // A failure is thrown at the place that asked, as in a function.
      if (steps.throw === undefined) throw error;
      next = steps.throw(error);
      continue;
    }
    next = steps.next(answer);
  }
  return next.value;
}

function answerStep(step: Step, connection: Connection, last: LastNumbers): unknown {
  switch (step.kind) {
    case "one":
      return connection.get(step.statement, step.params as never);
    case "all":
      return connection.all(step.statement, step.params as never);
    case "run":
      return connection.run(step.statement, step.params as never);
    case "each":
      for (const row of step.rows) connection.run(step.statement, row as never);
      return undefined;
    case "number":
      return takeNumbers(step, last);
    default:
      return step satisfies never;
  }
}

/** Returns the first of them. */
export function takeNumbers({ series, count }: NumberStep, last: LastNumbers): number {
  const first = last[series] + 1;
  last[series] += count;
  return first;
}
