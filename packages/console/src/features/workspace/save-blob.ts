/** Saves bytes under a name, as a download of the browser. */
const keptMs = 60_000;

export function saveBlob(blob: Blob, name: string): void {
  // Of no type that a browser would open.
  const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), keptMs);
}
