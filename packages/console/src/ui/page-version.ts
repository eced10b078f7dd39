/**
 * Finds out whether the server now has another console than the one this page was loaded from: scripts are named by their content.
 */

/** False when that can't be found out, or the page is in another's frame. Never rejects. */
export async function isPageOutdated(): Promise<boolean> {
  const own = document.querySelector('script[type="module"][src]')?.getAttribute("src");
  if (!own) return false;
  try {
    const response = await fetch("/", { cache: "no-store", headers: { accept: "text/html" } });
    return response.ok && isOtherPage(await response.text(), own);
  } catch {
    return false;
  }
}

/** A page of something else, such as a proxy's, does not count. */
export function isOtherPage(html: string, script: string): boolean {
  return html.includes('id="root"') && !html.includes(script);
}
