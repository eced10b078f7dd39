/**
 * Draws diagrams inside a document that has no origin, no network and nothing to lose (SE4). It receives a source and
 * returns a picture; the console shows it as an image, in which nothing runs and nothing can be pressed.
 */
import mermaid from "mermaid";
import type { DrawReply, DrawRequest } from "./drawing.ts";

const say = (reply: DrawReply): void => parent.postMessage(reply, "*");

addEventListener("message", ({ source, data }: MessageEvent<DrawRequest>) => {
  if (source === parent) void draw(data);
});
say({ type: "ready" });

async function draw({ id, source, isDark }: DrawRequest): Promise<void> {
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      theme: isDark ? "dark" : "neutral",
      fontFamily: "system-ui, sans-serif",
      // An image shows no HTML, and no picture needs it.
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      maxTextSize: 20_000,
      maxEdges: 400,
      suppressErrorRendering: true,
      // A diagram's own settings cannot change any of these.
      secure: [
        "secure",
        "securityLevel",
        "startOnLoad",
        "maxTextSize",
        "maxEdges",
        "htmlLabels",
        "flowchart",
        "theme",
        "themeCSS",
        "themeVariables",
        "fontFamily",
        "suppressErrorRendering",
        "dompurifyConfig",
      ],
    });
    const { svg } = await mermaid.render(`diagram-${id}`, source);
    say({ type: "drawn", id, svg: withSize(svg) });
  } catch (error) {
    say({ type: "failed", id, reason: error instanceof Error ? error.message : String(error) });
  } finally {
    document.body.replaceChildren();
  }
}

/** Sets the size on the root: an image is as large as its root says, and a diagram only says “all the space”. */
function withSize(svg: string): string {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") {
    const found = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    if (!found) throw new Error("it produced no picture");
    return new XMLSerializer().serializeToString(sized(found));
  }
  return new XMLSerializer().serializeToString(sized(root));
}

function sized(root: Element): Element {
  const [, , width = 0, height = 0] = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  if (width > 0 && height > 0) {
    root.setAttribute("width", String(Math.ceil(width)));
    root.setAttribute("height", String(Math.ceil(height)));
  }
  return root;
}
