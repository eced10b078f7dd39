/** Tracks files that are dragged over an element, until they are dropped there or leave. */
import { type DragEvent, useEffect, useRef, useState } from "react";

export interface FileDrop {
  readonly isOver: boolean;
  readonly on: {
    readonly onDragEnter: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

export function useFileDrop(onFiles: (files: readonly File[]) => void): FileDrop {
  const [isOver, setOver] = useState(false);
  // Entering a child fires the parent's leave a moment later: the drag is over after as many leaves as enters.
  const inside = useRef(0);
  useEffect(() => {
    if (!isOver) return;
    // A drag that ends outside the window fires no event inside it.
    const end = (): void => {
      inside.current = 0;
      setOver(false);
    };
    addEventListener("pointermove", end);
    addEventListener("blur", end);
    return () => {
      removeEventListener("pointermove", end);
      removeEventListener("blur", end);
    };
  }, [isOver]);
  return {
    isOver,
    on: {
      onDragEnter(event) {
        if (!hasFiles(event)) return;
        inside.current += 1;
        setOver(true);
      },
      onDragOver(event) {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      },
      onDragLeave(event) {
        if (!hasFiles(event)) return;
        inside.current = Math.max(0, inside.current - 1);
        if (inside.current === 0) setOver(false);
      },
      onDrop(event) {
        inside.current = 0;
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length === 0) return;
        event.preventDefault();
        onFiles(files);
      },
    },
  };
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes("Files");
}
