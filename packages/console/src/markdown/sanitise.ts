/** The second wall (SE4): only what our own renderer makes may reach the page, whatever the first wall let through. */
import purify from "dompurify";

const allowedTags = [
  ..."a b blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong".split(" "),
  ..."sub sup table tbody td th thead tr ul".split(" "),
];

export function sanitise(html: string): string {
  return purify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ["href", "title", "target", "rel", "class", "type", "start", "align", "tabindex"],
    ALLOWED_URI_REGEXP: /^(https?:|mailto:)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}
