/** Explains why a memory was found: the matching words, and the parts of its score (ME8). */
import type { RecallWhy } from "@reef/protocol/memory";
import { type ReactElement, useState } from "react";
import { countOf } from "../../ui/count.ts";
import { Meter } from "../../ui/Meter.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import styles from "./Memory.module.css";
import { sharesOf } from "./memory-words.ts";
import reasons from "./Why.module.css";

const shownShares = 3;

export function WhyView({ score, why }: { readonly score: number; readonly why: RecallWhy }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const all = sharesOf(why);
  const shares = isWhole ? all : all.slice(0, shownShares);
  return (
    <section className={reasons.why} aria-label="Why it was found">
      <p className={reasons.words}>
        {why.matched.length > 0 && (
          <>
            matched{" "}
            {why.matched.map((word) => (
              <mark key={word} className={reasons.word}>
                {word}
              </mark>
            ))}
          </>
        )}
        {why.related.map(({ asked, found }) => (
          <span key={`${asked} ${found}`} className={reasons.related}>
            {asked} → {found}
          </span>
        ))}
        {why.meaning && (
          <span title="Similarity of meaning: 1 is the same, 0 is unrelated. The scale differs between models.">
            {why.meaning.standsOut ? "similar meaning" : "meaning compared"}: {why.meaning.likeness.toFixed(2)}
          </span>
        )}
        {why.degraded !== undefined && <span>{why.degraded}</span>}
        {why.neighbours.length > 0 && <span>{countOf(why.neighbours.length, "line")} beside it counted</span>}
        {why.time && (
          <span title={`${absoluteTime(why.time.from)} to ${absoluteTime(why.time.to)}`}>time: “{why.time.text}”</span>
        )}
      </p>
      {shares.length > 0 && (
        <dl className={reasons.shares}>
          {shares.map(({ label, value, share }) => (
            <div key={label} className={reasons.share}>
              <dt className={shapes.cut}>{label}</dt>
              <dd>
                <Meter share={share} />
                <span className={styles.value}>{value > 0 ? `+${value.toFixed(2)}` : value.toFixed(2)}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className={reasons.score}>
        score {score.toFixed(2)}
        {all.length > shownShares && (
          <button type="button" className={shapes.wordLink} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? "fewer parts" : `all ${all.length} parts`}
          </button>
        )}
      </p>
    </section>
  );
}
