/** Names a device by its browser and system, from its user agent. The name is for people; nothing is decided by it. */

const browsers: readonly (readonly [RegExp, string])[] = [
  // The order matters: most browsers also claim to be Chrome or Safari.
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|OPT|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\bElectron\//, "Electron"],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac(?:intosh| OS X)\b/, "Mac"],
  [/\bLinux\b/, "Linux"],
];

const longest = 60;

/** Returns one line of at most 60 letters, whatever was sent. */
export function deviceName(userAgent: string | null): string {
  const said = (userAgent ?? "").slice(0, 1000);
  const browser = browsers.find(([pattern]) => pattern.test(said))?.[1];
  const system = systems.find(([pattern]) => pattern.test(said))?.[1];
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`;
  if (system !== undefined) return `A browser on ${system}`;
  const first = said
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim()
    .split(" ", 1)[0]
    ?.slice(0, longest);
  return first || "An unnamed browser";
}
