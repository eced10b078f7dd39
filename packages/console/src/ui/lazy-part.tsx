/**
 * Loads the code of a part when it is first drawn, or ahead. A failed load is repeated for a few seconds; after that
 * the nearest Boundary shows it, and the next drawing starts over. A loaded part is drawn in the same render, without a
 * moment of its fallback.
 */
import { type ComponentType, type ReactElement, use } from "react";
import { whenComposed } from "./held-keys.ts";
import { loadAgain } from "./load-again.ts";

export interface LazyPart<Props> {
  (props: Props): ReactElement;
  /** Resolves once the code is loaded. Rejects when it can't be; a later call tries again. */
  readonly readAhead: () => Promise<void>;
}

/** Says why a part couldn't be drawn. */
export class PartFailure extends Error {
  /** Lets the next drawing load the code again. */
  readonly forget: () => void;
  /** Loads the code again, ahead of the next drawing. Rejects when it still can't be loaded. */
  readonly readAgain: () => Promise<void>;

  constructor(name: string, { cause, forget, readAgain }: Pick<PartFailure, "cause" | "forget" | "readAgain">) {
    super(`The code of ${name} couldn't be loaded.`, { cause });
    this.forget = forget;
    this.readAgain = readAgain;
  }
}

/** `name` is the component's name in the module that `load` returns. */
export function lazyPart<Name extends string, Props extends object>(
  name: Name,
  load: () => Promise<Readonly<Record<Name, ComponentType<Props>>>>,
): LazyPart<Props> {
  let Loaded: ComponentType<Props> | null = null;
  let reading: Promise<void> | null = null;
  const read = (): Promise<void> => {
    reading ??= loadAgain(load).then(
      async (module) => {
        await whenComposed();
        Loaded = module[name];
      },
      (cause: unknown) => {
        throw new PartFailure(name, { cause, forget, readAgain: readAhead });
      },
    );
    return reading;
  };
  const forget = (): void => {
    if (!Loaded) reading = null;
  };
  const Part = (props: Props): ReactElement => {
    if (!Loaded) use(read());
    // Without it `use` has suspended or thrown.
    const Component = Loaded as unknown as ComponentType<Props>;
    return <Component {...props} />;
  };
  const readAhead = async (): Promise<void> => {
    if (Loaded) return;
    try {
      await read();
    } catch (failure) {
      forget();
      throw failure;
    }
  };
  return Object.assign(Part, { readAhead });
}
