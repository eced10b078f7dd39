/**
 * Renders the reference page: the OpenAPI document as plain HTML. No script, nothing remote, no data of this server.
 */
import { escapeHtml } from "@reef/protocol/escape-html";
import type { OpenApiDocument } from "./openapi.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly additionalProperties?: unknown;
}

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly description?: string;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

export function toDocsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as unknown as Operation,
    })),
  );
  const sections = document.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section id="${slug(name)}"><h2>${escapeHtml(name)}</h2>${own.map(operationHtml).join("")}</section>`;
  });
  const schemas = Object.entries(document.components.schemas).sort(([a], [b]) => a.localeCompare(b));
  const links = [...document.tags.map(({ name }) => name), "Shapes"].map(
    (name) => `<a href="#${slug(name)}">${escapeHtml(name)}</a>`,
  );
  return page(
    `${document.info.title} API ${document.info.version}`,
    `<header><h1>${escapeHtml(document.info.title)} API <small>${escapeHtml(document.info.version)}</small></h1>
<p>${prose(document.info.description)}</p>
<p>Programs send <code>Authorization: Bearer …</code>; the token is in the file <code>token</code> of the data folder. Machine-readable: <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
<nav>${links.join("")}</nav></header>
${sections.join("\n")}
<section id="shapes"><h2>Shapes</h2>${schemas.map(([name, schema]) => shapeHtml(name, schema as Schema)).join("")}</section>`,
  );
}

/** The page's whole style; the server sends it as a separate file, so that the policy allows nothing inline. */
export const docsStyle = `:root{color-scheme:light dark;--line:light-dark(#d5dbe3,#333b46);--soft:light-dark(#f4f6f9,#1c222b);--accent:light-dark(#0b5cad,#7ab8f5)}
body{font:15px/1.55 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem;color:light-dark(#1a1f26,#e4e8ee);background:light-dark(#fff,#14181e)}
h1 small{font-weight:400;opacity:.6}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}a{color:var(--accent)}
article{margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:8px}
article h3{margin:0;font:600 14px ui-monospace,monospace;overflow-wrap:anywhere}article p{margin:.35rem 0}
code{font:13px ui-monospace,monospace;background:var(--soft);padding:.1em .3em;border-radius:4px;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:.4rem 0}td{padding:.2rem .75rem .2rem 0;vertical-align:top;border-top:1px solid var(--line)}
td:first-child{white-space:nowrap}.method{color:var(--accent);text-transform:uppercase}.note{opacity:.7}`;

function operationHtml({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const rows = operation.parameters.map(({ name, in: where, description, schema }) =>
    row(name, `${where}: ${typeHtml(schema)}`, description ?? schema.description ?? ""),
  );
  const body = operation.requestBody?.content["application/json"]?.schema;
  const [bodyMedia] = Object.keys(operation.requestBody?.content ?? {});
  if (body !== undefined) rows.push(row("body", typeHtml(body), operation.requestBody?.description ?? ""));
  else if (bodyMedia !== undefined) rows.push(row("body", escapeHtml(bodyMedia), ""));
  const [status = "", answer] = Object.entries(operation.responses).find(([name]) => name !== "default") ?? [];
  const [media, content] = Object.entries(answer?.content ?? {})[0] ?? [];
  const shape =
    content === undefined
      ? "no body"
      : media === "application/json"
        ? typeHtml(content.schema)
        : escapeHtml(media ?? "");
  rows.push(row(status, shape, ""));
  const open = operation.security?.length === 0 ? ` <span class="note">(open)</span>` : "";
  return `<article><h3><span class="method">${method}</span> ${escapeHtml(path)}</h3><p>${prose(operation.summary)}.${open} ${prose(operation.description ?? "")}</p><table>${rows.join("")}</table></article>`;
}

function shapeHtml(name: string, schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {}).map(([field, type]) =>
    row(schema.required?.includes(field) ? field : `${field}?`, typeHtml(type), type.description ?? ""),
  );
  const body =
    fields.length === 0 ? `<p>${typeHtml({ ...schema, properties: {} })}</p>` : `<table>${fields.join("")}</table>`;
  return `<article id="${name}"><h3>${escapeHtml(name)}</h3>${body}</article>`;
}

/** Describes a type in few words. */
function typeHtml(schema: Schema): string {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return `<a href="#${name}">${escapeHtml(name)}</a>`;
  if (schema.enum !== undefined) return schema.enum.map((each) => `<code>${escapeHtml(String(each))}</code>`).join(" ");
  if (schema.const !== undefined) return `<code>${escapeHtml(String(schema.const))}</code>`;
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.map(typeHtml).join(" or ");
  if (schema.type === "array") return `list of ${typeHtml(schema.items ?? {})}`;
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length > 0)
    return `{ ${fields.map(([field, type]) => `${escapeHtml(field)}${schema.required?.includes(field) ? "" : "?"}: ${typeHtml(type)}`).join(", ")} }`;
  return escapeHtml(schema.type === undefined ? "anything" : [schema.type].flat().join(" or "));
}

function row(name: string, type: string, description: string): string {
  return `<tr><td><code>${escapeHtml(name)}</code></td><td>${type}</td><td>${prose(description)}</td></tr>`;
}

/** Escapes the text, with `code` set as code. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function slug(name: string): string {
  return name.toLowerCase();
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="/docs/style.css"></head><body>${body}</body></html>`;
}
