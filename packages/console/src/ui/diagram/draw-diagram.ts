/**
 * Draws all diagrams of a page in one hidden frame, one after another. A diagram that takes too long takes the frame
 * with it, and the next one gets a new frame. Pictures are kept by their source, so that scrolling back draws nothing
 * again.
 */
import { type DrawReply, readReply } from "./drawing.ts";

export type Drawn =
  | { readonly type: "drawn"; readonly svg: string }
  | { readonly type: "failed"; readonly reason: string };

export interface Artist {
  draw(source: string, isDark: boolean): Promise<Drawn>;
}

/** The parts of the browser that are used, so that tests can replace them. */
export interface FrameHost {
  open(onReply: (reply: DrawReply) => void): { say(message: unknown): void; close(): void };
  /** Calls back once, later; the returned function cancels it. */
  after(ms: number, act: () => void): () => void;
}

const openMs = 20_000;
const drawMs = 5_000;
const keptPictures = 60;

interface Wish {
  readonly source: string;
  readonly isDark: boolean;
  readonly resolve: (drawn: Drawn) => void;
}

export function createArtist(host: FrameHost): Artist {
  const kept = new Map<string, Promise<Drawn>>();
  const wishes: Wish[] = [];
  let frame: ReturnType<FrameHost["open"]> | null = null;
  let isReady = false;
  let current: { readonly id: number; readonly wish: Wish } | null = null;
  let number = 0;
  let cancelTimer = (): void => {};

  function settle(drawn: Drawn): void {
    cancelTimer();
    current?.wish.resolve(drawn);
    current = null;
    next();
  }

  function giveUp(reason: string): void {
    frame?.close();
    frame = null;
    isReady = false;
    settle({ type: "failed", reason });
  }

  function hear(reply: DrawReply): void {
    if (reply.type === "ready") {
      isReady = true;
      if (current) ask();
      return;
    }
    if (current?.id !== reply.id) return;
    settle(reply.type === "drawn" ? { type: "drawn", svg: reply.svg } : { type: "failed", reason: reply.reason });
  }

  function ask(): void {
    if (!current) return;
    const { id, wish } = current;
    cancelTimer();
    cancelTimer = host.after(drawMs, () => giveUp("it takes too long to draw"));
    frame?.say({ id, source: wish.source, isDark: wish.isDark });
  }

  function next(): void {
    const wish = current ? undefined : wishes.shift();
    if (!wish) return;
    number += 1;
    current = { id: number, wish };
    if (frame && isReady) {
      ask();
      return;
    }
    if (!frame) {
      // A reply of an abandoned frame must not reach the next one.
      const opened = host.open((reply) => {
        if (frame === opened) hear(reply);
      });
      frame = opened;
    }
    cancelTimer = host.after(openMs, () => giveUp("what draws diagrams couldn't be loaded"));
  }

  return {
    draw(source, isDark) {
      const key = `${isDark ? "dark" : "light"} ${source}`;
      const known = kept.get(key);
      if (known) return known;
      const drawn = new Promise<Drawn>((resolve) => wishes.push({ source, isDark, resolve }));
      kept.set(key, drawn);
      // A failure may have been the connection's: it is tried again when it is shown again.
      void drawn.then(({ type }) => type === "failed" && kept.delete(key));
      for (const oldest of kept.keys()) if (kept.size > keptPictures) kept.delete(oldest);
      next();
      return drawn;
    },
  };
}

/** The frame is hidden by position, not by `display`: without a layout nothing has a size. */
export function browserFrames(className: string): FrameHost {
  return {
    open(onReply) {
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "allow-scripts");
      frame.setAttribute("aria-hidden", "true");
      frame.tabIndex = -1;
      frame.title = "Draws diagrams";
      frame.className = className;
      frame.src = "/diagram-frame.html";
      const listen = ({ source, data }: MessageEvent<unknown>): void => {
        if (source !== frame.contentWindow) return;
        const reply = readReply(data);
        if (reply) onReply(reply);
      };
      addEventListener("message", listen);
      document.body.append(frame);
      return {
        // The frame has no origin that could be named.
        say: (message) => frame.contentWindow?.postMessage(message, "*"),
        close() {
          removeEventListener("message", listen);
          frame.remove();
        },
      };
    },
    after(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
}
