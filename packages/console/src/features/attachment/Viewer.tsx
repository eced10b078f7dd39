/**
 * Shows one picture over the page: fitted at first, then as close as a person wants. Arrows go to the next, + and − and
 * the wheel zoom, a press switches between fitted and its own size, Esc closes and gives the focus back.
 */
import type { FileRef } from "@reef/protocol/file";
import { ChevronLeft, ChevronRight, Download, Minus, Plus, X } from "lucide";
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import { useModal } from "../../ui/use-modal.ts";
import { DownloadLink } from "./DownloadLink.tsx";
import { sizeLabel } from "./file-words.ts";
import { useDragToScroll } from "./use-drag-to-scroll.ts";
import { useFileUrl } from "./use-file-url.ts";
import { type Point, useZoom } from "./use-zoom.ts";
import styles from "./Viewer.module.css";
import { nextZoom, type Size } from "./zoom.ts";

export function Viewer({
  pictures,
  at,
  onClose,
}: {
  readonly pictures: readonly FileRef[];
  readonly at: number;
  readonly onClose: () => void;
}): ReactElement | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const [index, setIndex] = useState(at);
  useModal(dialog);
  useEffect(
    () => () => {
      // The thumbnail it was opened from may have scrolled away, out of the page.
      if (document.activeElement === document.body) document.querySelector<HTMLElement>("[data-composer]")?.focus();
    },
    [],
  );
  const file = pictures[index];
  if (!file) return null;
  const go = (by: 1 | -1): void => setIndex((before) => Math.min(pictures.length - 1, Math.max(0, before + by)));
  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={file.name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {/* Another picture starts fitted. */}
      <Picture
        key={file.id}
        file={file}
        place={pictures.length > 1 ? `${index + 1} of ${pictures.length}` : null}
        onPrevious={index > 0 ? () => go(-1) : null}
        onNext={index < pictures.length - 1 ? () => go(1) : null}
        onClose={onClose}
      />
    </dialog>
  );
}

function Picture({
  file,
  place,
  onPrevious,
  onNext,
  onClose,
}: {
  readonly file: FileRef;
  readonly place: string | null;
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
  readonly onClose: () => void;
}): ReactElement {
  const url = useFileUrl(file.id);
  const room = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<Size | null>(null);
  const [isBroken, setBroken] = useState(false);
  const { zoom, fitted, zoomTo } = useZoom(room, own);
  const isClose = zoom > fitted * 1.001;
  const step = useCallback(
    (by: 1 | -1, point?: Point) => zoomTo((before, fit) => nextZoom(before, { by, fitted: fit }), point),
    [zoomTo],
  );
  const drag = useDragToScroll(room);
  useEffect(() => {
    // React's own listener cannot keep the page from zooming with it.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.deltaY !== 0 && room.current) step(event.deltaY < 0 ? 1 : -1, pointIn(room.current, event));
    };
    const element = room.current;
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [step]);
  useEffect(() => room.current?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = {
      // Zoomed in, the arrows move the picture.
      ArrowLeft: isClose ? undefined : onPrevious,
      ArrowRight: isClose ? undefined : onNext,
      PageUp: onPrevious,
      PageDown: onNext,
      "+": () => step(1),
      "=": () => step(1),
      "-": () => step(-1),
      "0": () => zoomTo((_, fit) => fit),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const onPress = (event: MouseEvent<HTMLElement>): void => {
    if (drag.hasMoved()) return;
    const point = pointIn(event.currentTarget, event);
    // Small pictures are shown in their own size already, so they only go closer.
    zoomTo((before, fit) => (before > fit * 1.001 ? fit : fit < 0.99 ? 1 : 2), point);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the whole dialog
    <div className={styles.inside} onKeyDown={onKeyDown}>
      <header className={styles.head}>
        <h2 className={`${shapes.cut} ${styles.name}`} dir="auto">
          {file.name}
        </h2>
        <span className={styles.about}>
          {own && `${own.width} × ${own.height} · `}
          {sizeLabel(file.sizeBytes)}
          {place && ` · ${place}`}
        </span>
        <span className={styles.push} />
        <Button look="quiet" isSquare aria-label="Zoom out" disabled={!isClose} onClick={() => step(-1)}>
          <Icon icon={Minus} />
        </Button>
        <output className={styles.zoom} aria-label="Zoom">
          {Math.round(zoom * 100)}%
        </output>
        <Button look="quiet" isSquare aria-label="Zoom in" disabled={own === null} onClick={() => step(1)}>
          <Icon icon={Plus} />
        </Button>
        <DownloadLink file={file} className={styles.download}>
          <Icon icon={Download} />
          <span className={shapes.hidden}>Download</span>
        </DownloadLink>
        <Button look="quiet" isSquare aria-label="Close" className={styles.close} onClick={onClose}>
          <Icon icon={X} />
        </Button>
      </header>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: + and − are the keys for it */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div
        ref={room}
        className={styles.room}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        data-close={isClose || undefined}
        onClick={(event) => (event.target instanceof HTMLImageElement ? onPress(event) : onClose())}
        {...drag.on}
      >
        {isBroken ? (
          <p className={styles.broken}>Couldn't load this image. It may have been deleted.</p>
        ) : (
          url !== null && (
            <img
              className={styles.picture}
              src={url}
              alt={file.name}
              draggable={false}
              style={own ? { width: own.width * zoom, height: own.height * zoom } : { visibility: "hidden" }}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                setOwn({ width: naturalWidth, height: naturalHeight })
              }
              onError={() => setBroken(true)}
            />
          )
        )}
      </div>
      {onPrevious && (
        <button type="button" className={styles.previous} aria-label="Previous image" onClick={onPrevious}>
          <Icon icon={ChevronLeft} />
        </button>
      )}
      {onNext && (
        <button type="button" className={styles.next} aria-label="Next image" onClick={onNext}>
          <Icon icon={ChevronRight} />
        </button>
      )}
    </div>
  );
}

function pointIn(
  element: HTMLElement,
  { clientX, clientY }: Pick<globalThis.MouseEvent, "clientX" | "clientY">,
): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
