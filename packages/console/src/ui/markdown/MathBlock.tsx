/** A block with formulas in it. A chunk of its own: until it is here the same block stands with their source. */
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
