/** Whether the server has another console by now than the one this page was loaded from: its scripts are named by their content. */

/** False when that can't be found out, or the page stands in another's frame. Never rejects. */
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

/** A page of something else, such as a proxy's, says nothing. */
export function isOtherPage(html: string, script: string): boolean {
  return html.includes('id="root"') && !html.includes(script);
}
