/**
 * Lets writes be written as generators that yield the statements they need and receive the answers. Their driver has
 * the database: SQLite synchronously inside the writer thread, another store one message at a time inside a
 * transaction. So what an operation does to the rows is written once, and nothing here knows how long an answer takes.
 */
import type { Statement } from "../sql.ts";

/** A write that returns `Result` when all its steps are done. `yield*` it, once: a call alone does nothing. */
export type Write<Result> = Iterable<Step, Result, unknown>;

export type Step = StatementStep | EachStep | NumberStep;

/**
 * Runs a statement. The driver must read its parameters before the write goes on, since the write changes its rows in
 * place.
 */
export interface StatementStep {
  readonly kind: "one" | "all" | "run";
  // A step of any statement: its builder knows the types, its driver does not need them.
  readonly statement: Statement<never, unknown>;
  readonly params: object;
}

/** Runs a statement for each of `rows`, in their order: one step, which a remote database can send as one message. */
export interface EachStep {
  readonly kind: "each";
  readonly statement: Statement<never, unknown>;
  readonly rows: Iterable<object>;
}

/** Takes numbers that no other write gets: of events (SY1), and of positions in the order of acceptance (MB3). */
export interface NumberStep {
  readonly kind: "number";
  readonly series: "event" | "acceptance";
  readonly count: number;
}

/** Returns the first row, if there is one. */
export function one<P extends object, Row>(statement: Statement<P, Row>, params: P): Write<Row | undefined> {
  return new StatementAsked("one", statement, params);
}

export function all<P extends object, Row>(statement: Statement<P, Row>, params: P): Write<Row[]> {
  return new StatementAsked("all", statement, params);
}

export function run<P extends object>(statement: Statement<P, unknown>, params: P): Write<void> {
  return new StatementAsked("run", statement, params);
}

export function runEach<P extends object>(statement: Statement<P, unknown>, rows: Iterable<P>): Write<void> {
  return new EachAsked(statement, rows);
}

/** Returns the first of `count` consecutive numbers. With 0, returns the one that would come next, and takes none. */
export function numbers(series: NumberStep["series"], count: number): Write<number> {
  return new NumberAsked(series, count);
}

/** A write without a step: an available result costs no generator. */
export function given<Result>(result: Result): Write<Result> {
  return new Given(result);
}

class Given<Result> {
  readonly done = true;
  readonly value: Result;

  constructor(value: Result) {
    this.value = value;
  }

  [Symbol.iterator](): Iterator<Step, Result, unknown> {
    return this;
  }

  next(): IteratorReturnResult<Result> {
    return this;
  }
}

/** A write that does nothing. */
export const nothing: Write<void> = new Given(undefined);

/** One step, and its answer. It is its own iterator, since a generator for every statement would cost twice as much. */
abstract class Asked<Answer> implements Iterator<Step, Answer, unknown> {
  private isAsked = false;

  [Symbol.iterator](): Iterator<Step, Answer, unknown> {
    return this;
  }

  next(answer: unknown): IteratorResult<Step, Answer> {
    // The one place where an answer gets its type: that of the statement it answers.
    if (this.isAsked) return { done: true, value: answer as Answer };
    this.isAsked = true;
    return { done: false, value: this.step() };
  }

  /** A failed step throws where it is awaited. */
  throw(error: unknown): never {
    throw error;
  }

  protected abstract step(): Step;
}

class StatementAsked<P, Row, Answer> extends Asked<Answer> implements StatementStep {
  readonly kind: StatementStep["kind"];
  readonly statement: StatementStep["statement"];
  readonly params: object;

  constructor(kind: StatementStep["kind"], statement: Statement<P, Row>, params: object) {
    super();
    this.kind = kind;
    this.statement = statement as StatementStep["statement"];
    this.params = params;
  }

  protected step(): Step {
    return this;
  }
}

class EachAsked<P> extends Asked<void> implements EachStep {
  readonly kind = "each";
  readonly statement: EachStep["statement"];
  readonly rows: Iterable<object>;

  constructor(statement: Statement<P, unknown>, rows: Iterable<object>) {
    super();
    this.statement = statement as EachStep["statement"];
    this.rows = rows;
  }

  protected step(): Step {
    return this;
  }
}

class NumberAsked extends Asked<number> implements NumberStep {
  readonly kind = "number";
  readonly series: NumberStep["series"];
  readonly count: number;

  constructor(series: NumberStep["series"], count: number) {
    super();
    this.series = series;
    this.count = count;
  }

  protected step(): Step {
    return this;
  }
}
