/** Shows people the address of a gateway. New addresses carry no secret; one from the settings, or an old one, may. */

/** Returns the address without a password and without a query. */
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
