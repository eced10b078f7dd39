/** Draws a block with formulas. It is a chunk of its own: until it has loaded, the same block shows their source. */
import { memo, type ReactElement } from "react";
import { BlockHtml } from "./BlockHtml.tsx";
import { drawMath } from "./draw-math.ts";
import { type Block, blockToHtml, createRenderer } from "./render-block.ts";

const withMath = createRenderer(null, drawMath);

export const MathBlock = memo(
  function MathBlock({ block }: { readonly block: Block }): ReactElement {
    return <BlockHtml html={blockToHtml(block, withMath)} />;
  },
  (before, after) => before.block.raw === after.block.raw,
);
