/** Addresses of gateways: what people are shown of one. New ones carry no secret; one of the settings, or an old one, may. */

/** The same, unless it carries a password or words after a `?`: these are left out. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return "";
  const url = new URL(address);
  if (url.username === "" && url.password === "" && !/[?#]/.test(address)) return address;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href.replace(/\/$/, "");
}
