import { expect, test } from "vitest";
import { readImports } from "./imports.ts";
import { checkLayers, type LayersByPackage } from "./layers.ts";
import { makeTree } from "./tree-fixture.ts";

const layers: LayersByPackage = {
  console: [
    { parts: ["ui"] },
    { parts: ["data", "ui/use-cache.ts"] },
    { parts: ["features/*"], isIsolated: true },
    { parts: ["app", "main.tsx"] },
  ],
};

const sound = {
  "packages/console/src/ui/Button.tsx": 'import type { Size } from "./size.ts";',
  "packages/console/src/ui/use-cache.ts": 'import { cache } from "../data/cache.ts";',
  "packages/console/src/data/cache.ts": 'import { Button } from "../ui/Button.tsx";',
  "packages/console/src/features/list/List.tsx":
    'import { cache } from "../../data/cache.ts";\nimport styles from "./List.module.css";\nimport { Row } from "./Row.tsx";',
  "packages/console/src/features/mail/Mail.tsx": 'import { Button } from "../../ui/Button.tsx";',
  "packages/console/src/app/routes.tsx": 'export const load = () => import("../features/list/List.tsx");',
  "packages/console/src/main.tsx": 'import { routes } from "./app/routes.tsx";',
};

function problemsWith(textByPath: Readonly<Record<string, string>>) {
  const tree = makeTree({ ...sound, ...textByPath });
  return checkLayers(tree, readImports(tree), layers);
}

test("layers: imports of the own layer and of earlier ones pass, and files outside the table's packages are not asked", () => {
  expect(problemsWith({ "packages/engine/src/a.ts": 'import { b } from "./turn/b.ts";' })).toEqual([]);
});

test.each([
  ["an import", 'import { List } from "../features/list/List.tsx";'],
  ["a type", 'import type { Props } from "../features/list/List.tsx";'],
  ["a dynamic import", 'export const load = () => import("../features/list/List.tsx");'],
  ["a style", 'import styles from "../features/list/List.module.css";'],
  ["a file of a later layer in an earlier folder", 'import { useCache } from "./use-cache.ts";'],
])("layers: %s of a later layer is a problem that names the line", (_what, text) => {
  const [problem, ...others] = problemsWith({ "packages/console/src/ui/Card.tsx": `\n${text}` });
  expect(problem).toMatchObject({ path: "packages/console/src/ui/Card.tsx", line: 2 });
  expect(others).toEqual([]);
});

test("layers: parts that are kept apart do not import each other, also those that no table names one by one", () => {
  const text = 'import { List } from "../list/List.tsx";';
  expect(problemsWith({ "packages/console/src/features/mail/Other.tsx": text }).map(({ text }) => text)).toEqual([
    'imports "../list/List.tsx": features/mail and features/list are kept apart',
  ]);
});

test("layers: tests import what they like", () => {
  const text = 'import { List } from "../features/list/List.tsx";';
  expect(problemsWith({ "packages/console/src/ui/Button.test.ts": text })).toEqual([]);
});

test("layers: a file in no layer and a part that names nothing are problems", () => {
  const { "packages/console/src/main.tsx": text, ...others } = sound;
  const tree = makeTree({ ...others, "packages/console/src/index.tsx": text });
  expect(checkLayers(tree, readImports(tree), layers).map(({ path }) => path)).toEqual([
    "packages/console/src/main.tsx",
    "packages/console/src/index.tsx",
  ]);
});
