/** Renders Markdown block by block: while a text grows, only its last block is rendered again. */
import { type MouseEvent, memo, type ReactElement, useMemo } from "react";
import { lazyPart } from "../lazy-part.tsx";
import { Part } from "../Part.tsx";
import { BlockHtml } from "./BlockHtml.tsx";
import styles from "./Markdown.module.css";
import type { MarkdownProps } from "./markdown-props.ts";
import { type Block, blockToHtml, diagramSource, hasMath, namesLanguage, textToBlocks } from "./render-block.ts";

export const RenderedMarkdown = memo(function RenderedMarkdown({ text, isLive = false }: MarkdownProps): ReactElement {
  const blocks = useMemo(() => textToBlocks(text), [text]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: catches clicks of the copy buttons inside, which are real buttons
    // biome-ignore lint/a11y/useKeyWithClickEvents: a real button turns its keys into clicks
    <div className={styles.markdown} data-live={isLive || undefined} onClick={copyCode}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place; the text only grows at its end
        <RenderedBlock key={index} block={block} isGrowing={isLive && index === blocks.length - 1} />
      ))}
    </div>
  );
});

const ColouredBlock = lazyPart("ColouredBlock", () => import("./ColouredBlock.tsx"));

const MathBlock = lazyPart("MathBlock", () => import("./MathBlock.tsx"));
const Diagram = lazyPart("Diagram", () => import("../diagram/Diagram.tsx"));

function RenderedBlock({ block, isGrowing }: { readonly block: Block; readonly isGrowing: boolean }): ReactElement {
  const source = isGrowing ? null : diagramSource(block);
  if (source !== null) {
    return (
      <Part instead={<PlainBlock block={block} />} what="The diagram" fallback={<PlainBlock block={block} />}>
        <Diagram source={source}>
          <PlainBlock block={block} />
        </Diagram>
      </Part>
    );
  }
  if (hasMath(block)) {
    return (
      <Part instead={<PlainBlock block={block} />} what="The formula" fallback={<PlainBlock block={block} />}>
        <MathBlock block={block} />
      </Part>
    );
  }
  if (!namesLanguage(block)) return <PlainBlock block={block} />;
  return (
    <Part instead={<PlainBlock block={block} />} what="The code" fallback={<PlainBlock block={block} />}>
      <ColouredBlock block={block} />
    </Part>
  );
}

const PlainBlock = memo(
  function PlainBlock({ block }: { readonly block: Block }): ReactElement {
    return <BlockHtml html={blockToHtml(block)} />;
  },
  (before, after) => before.block.raw === after.block.raw,
);

function copyCode(event: MouseEvent<HTMLDivElement>): void {
  const button = (event.target as Element).closest<HTMLElement>("button.copy");
  const word = button?.querySelector("span");
  const code = button?.closest(".code")?.querySelector("code")?.textContent;
  if (!button || !word || code === null || code === undefined) return;
  void navigator.clipboard?.writeText(code).then(() => {
    button.dataset.copied = "";
    word.textContent = "Copied";
    setTimeout(() => {
      delete button.dataset.copied;
      word.textContent = "Copy";
    }, 1500);
  });
}
