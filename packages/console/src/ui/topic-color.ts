/**
 * Mutes the colour that a person chose for a topic: its hue stays, its chroma is about half of a state's, so that no topic looks
 * like one.
 */
export function topicColor(color: string): string {
  return `light-dark(oklch(from ${color} 0.6 min(c, 0.07) h), oklch(from ${color} 0.69 min(c, 0.07) h))`;
}
