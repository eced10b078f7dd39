/** Styles an exported conversation: readable alone, light and dark, on paper. */
export const style = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --line: #d9d9e0; --own: #edf2fe; --sunken: #f6f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --text: #edeef0; --soft: #b0b4ba; --line: #363a3f; --own: #182449; --sunken: #1b1d20; }
  body { background: #111113; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--text); }
main { max-width: 760px; margin: 0 auto; padding: 24px 16px 64px; overflow-wrap: anywhere; }
h1 { font-size: 22px; margin: 0 0 4px; }
header p, time, footer, small { color: var(--soft); font-size: 13px; }
article { margin: 20px 0; }
.head { margin: 0 0 4px; }
.who { font-weight: 600; }
.person { margin-inline-start: 12%; padding: 10px 14px; border-radius: 12px; background: var(--own); }
.session { padding: 10px 14px; border: 1px solid var(--line); border-radius: 12px; }
.notice { color: var(--soft); font-size: 13px; border-inline-start: 3px solid var(--line); padding-inline-start: 12px; }
.plain { white-space: pre-wrap; }
pre { white-space: pre-wrap; margin: 8px 0; padding: 10px 12px; border-radius: 8px; background: var(--sunken); font: 13px/1.5 ui-monospace, monospace; }
code { font-family: ui-monospace, monospace; font-size: 13px; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: 4px 8px; text-align: start; }
blockquote { margin: 8px 0; padding-inline-start: 12px; border-inline-start: 3px solid var(--line); }
details { margin: 8px 0; } summary { cursor: pointer; } .tool > summary { color: var(--soft); font-size: 13px; }
.replaced { border: 1px dashed var(--line); border-radius: 12px; padding: 8px 14px; }
.files { color: var(--soft); font-size: 13px; }
a { color: inherit; }
`;
