/**
 * Sanitises HTML as the second wall (SE4): only what our own renderer makes may reach the page, whatever the first wall
 * let through.
 */
import purify from "dompurify";
import { isWrittenOutPicture } from "./render-block.ts";

const allowedTags = [
  ..."a b blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span strong".split(" "),
  ..."sub sup table tbody td th thead tr ul".split(" "),
];

// A picture from elsewhere would tell its host who reads; the page's policy does not load one either.
purify.addHook("uponSanitizeAttribute", (_, attribute) => {
  if (attribute.attrName === "src" && !isWrittenOutPicture(attribute.attrValue)) attribute.keepAttr = false;
});

/** Elements with a direction of their own: each by its first letter, code always from the left. */
const directed = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "TD", "TH", "BLOCKQUOTE"]);

purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "PRE" || node.tagName === "CODE") node.setAttribute("dir", "ltr");
  // Inside a list or a quotation the outermost sets the direction; the style sheet gives each of its lines its own.
  else if (directed.has(node.tagName) && !node.parentElement?.closest("ul, ol, blockquote"))
    node.setAttribute("dir", "auto");
});

const mathTags =
  "math semantics mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mpadded mphantom mstyle menclose".split(
    " ",
  );
const mathAttributes =
  "mathvariant display stretchy fence separator lspace rspace width height depth voffset columnalign rowspacing columnspacing columnlines rowlines scriptlevel displaystyle linethickness mathcolor mathbackground accent accentunder largeop movablelimits minsize maxsize symmetric notation".split(
    " ",
  );

export function sanitise(html: string): string {
  return purify.sanitize(html, {
    ALLOWED_TAGS: [...allowedTags, ...mathTags],
    ALLOWED_ATTR: [
      "href",
      "title",
      "target",
      "rel",
      "class",
      "type",
      "start",
      "align",
      "tabindex",
      "src",
      "alt",
      ...mathAttributes,
    ],
    // These contain no addresses. Under the rule for addresses, `target="_blank"` and its `rel` would be lost.
    ADD_URI_SAFE_ATTR: ["target", "rel", "type", "start", "align", "tabindex", ...mathAttributes],
    ALLOWED_URI_REGEXP: /^(https?:|mailto:)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}
