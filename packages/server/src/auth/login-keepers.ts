/**
 * Keeps logins where every worker that needs them reads them: in a file of the data folder, or in a shared store. Both
 * hold only the hash of each cookie.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { msToIso } from "@reef/protocol/time";
import { type Login, parseLogin, readLogins, writeLogins } from "./kept-logins.ts";

export interface LoginKeeper {
  read(): Promise<readonly Login[]>;
  /** Keeps all of these; `changed` and `ended` are those that differ from before. */
  keep(logins: Iterable<Login>, change: LoginChange): Promise<void>;
  /** Calls the listener after another worker has kept something. */
  onChange(listener: () => void): void;
}

export interface LoginChange {
  readonly changed: readonly Login[];
  readonly ended: readonly Login[];
}

export function keepInFile(folder: string): LoginKeeper {
  return {
    read: () => readLogins(folder),
    keep: (logins) => writeLogins(folder, logins),
    onChange: () => undefined,
  };
}

const prefix = "login:";

/** One value a login, so that two workers never write over each other's. */
export function keepInStore({ store, clock }: { readonly store: Store; readonly clock: Clock }): LoginKeeper {
  return {
    async read() {
      const values = await store.read.sharedValues(prefix);
      return values.flatMap(({ value }) => {
        const login = parseLogin(value);
        return login === null ? [] : [login];
      });
    },
    async keep(_, { changed, ended }) {
      const put = (login: Login, value: string | null) => ({
        op: "shared.put" as const,
        name: `${prefix}${login.hash}`,
        value,
      });
      const ops = [
        ...ended.map((login) => put(login, null)),
        ...changed.map((login) => put(login, JSON.stringify(login))),
      ];
      if (ops.length > 0) await store.commit({ at: msToIso(clock.now()), ops });
    },
    onChange(listener) {
      store.onEvents((events) => {
        if (events.some((event) => event.type === "shared.changed" && event.kind === "login")) listener();
      });
      store.onGap(listener);
    },
  };
}
