/**
 * Computes how large a picture is drawn in the viewer. 1 is its own size; fitted, it is as large as the window allows.
 * Pure.
 */

export const mostZoom = 8;
const step = 1.5;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A small picture is not enlarged. */
export function fittedZoom(picture: Size, room: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.min(1, Math.max(1, room.width) / picture.width, Math.max(1, room.height) / picture.height);
}

/**
 * Returns the next zoom in a direction, between fitted and the largest; a step that comes near its own size stops
 * there.
 */
export function nextZoom(zoom: number, { by, fitted }: { readonly by: 1 | -1; readonly fitted: number }): number {
  const next = by > 0 ? zoom * step : zoom / step;
  const passesOwnSize = (zoom < 0.99 && next > 0.99) || (zoom > 1.01 && next < 1.01);
  return Math.min(mostZoom, Math.max(fitted, passesOwnSize ? 1 : next));
}

/** Returns the scroll position that keeps what is under a point in place. */
export function scrollAfterZoom({
  scroll,
  point,
  from,
  to,
}: {
  readonly scroll: number;
  /** Within the container. */
  readonly point: number;
  readonly from: number;
  readonly to: number;
}): number {
  return Math.max(0, ((scroll + point) / from) * to - point);
}
