/**
 * Collects hints of one gateway: a busy one changes its sessions many times a second, and no one reads faster than
 * this.
 */

export interface Hints extends Disposable {
  add(key: string): void;
}

const gatherMs = 100;
/** More sessions than this are not named one by one. */
const maxNamed = 20;

export function createHints(tell: (key: string | null) => void): Hints {
  const keys = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    timer = undefined;
    const named = [...keys];
    keys.clear();
    if (named.length > maxNamed) tell(null);
    else for (const key of named) tell(key);
  }
  return {
    add(key) {
      keys.add(key);
      timer ??= setTimeout(flush, gatherMs);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
    },
  };
}
