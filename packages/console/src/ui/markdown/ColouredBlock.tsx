/**
 * Draws a block with code in colour. It is a chunk of its own: until it has loaded, the same block is shown without
 * colours.
 */
import { memo, type ReactElement } from "react";
import { BlockHtml } from "./BlockHtml.tsx";
import { colourCode } from "./colour-code.ts";
import "./code-colours.css";
import { type Block, blockToHtml, createRenderer } from "./render-block.ts";

const coloured = createRenderer(colourCode);

export const ColouredBlock = memo(
  function ColouredBlock({ block }: { readonly block: Block }): ReactElement {
    return <BlockHtml html={blockToHtml(block, coloured)} />;
  },
  (before, after) => before.block.raw === after.block.raw,
);
