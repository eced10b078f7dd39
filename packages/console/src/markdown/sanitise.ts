/** The second wall (SE4): only what our own renderer makes may reach the page, whatever the first wall let through. */
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

export function sanitise(html: string): string {
  return purify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ["href", "title", "target", "rel", "class", "type", "start", "align", "tabindex", "src", "alt"],
    // These hold no addresses. Judged by the rule for addresses, `target="_blank"` and its `rel` would be lost.
    ADD_URI_SAFE_ATTR: ["target", "rel", "type", "start", "align", "tabindex"],
    ALLOWED_URI_REGEXP: /^(https?:|mailto:)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}
