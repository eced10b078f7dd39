/** Draws a text as a QR code, black on white in either theme: cameras need it so. */
import { type ReactElement, useMemo } from "react";
import { encode } from "uqr";
import styles from "./Devices.module.css";

/** Empty modules around it, as the standard requires. */
const quiet = 4;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const { size, path } = useMemo(() => {
    const { data } = encode(text, { ecc: "M", border: 0 });
    const dark = data.flatMap((row, y) =>
      row.flatMap((isDark, x) => (isDark ? [`M${x + quiet} ${y + quiet}h1v1h-1z`] : [])),
    );
    return { size: data.length + 2 * quiet, path: dark.join("") };
  }, [text]);
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
