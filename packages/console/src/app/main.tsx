/** Starts the page: signs in with the code of the address if there is one, then connects and shows everything. */
import { type CoreClient, createCoreClient } from "@reef/client/core-client";
import { AppError } from "@reef/protocol/error";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { type ReadContext, readListStart } from "../data/queries.ts";
import { createReef, ReefContext } from "../data/reef.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { PartFailure } from "../ui/lazy-part.tsx";
import { readMarkdownAhead } from "../ui/markdown/Markdown.tsx";
import { createRouter, RouterProvider } from "../ui/router.tsx";
import { ToastsContext } from "../ui/use-toasts.ts";
import { openFrameSocket, takeFrame } from "./frame/frame.ts";
import { loginProblem } from "./login/login-problem.ts";
import { Home, routes } from "./routes.tsx";
import { readPanelsAhead } from "./shell/Panels.tsx";
import { Shell } from "./shell/Shell.tsx";
import "../ui/theme.css";
import { lazyPart } from "../ui/lazy-part.tsx";
import { Part } from "../ui/Part.tsx";

/** A page that is refused right after its start would be refused again after a reload. */
const reloadAfterMs = 10_000;

const Login = lazyPart("Login", () => import("./login/Login.tsx"));

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root.");
void readMarkdownAhead().catch(() => undefined); // a transcript asks again
const frame = takeFrame(document.head);
if (frame) (await import("./frame/submit-forms.ts")).submitFormsByHand(document);
const server = { baseUrl: location.origin + (frame?.base ?? ""), ...(frame && { token: frame.token }) };
const root = createRoot(element, {
  // A part whose code couldn't be fetched says so in its place; anything else that a Boundary caught is a bug.
  onCaughtError: (error) => {
    if (!(error instanceof PartFailure)) reportError(error);
  },
});
await startPage(root, createCoreClient(server));

async function startPage(root: Root, client: CoreClient): Promise<void> {
  const problem = await signInByAddress(client);
  // Requested while the login is checked: on a slow line a person sees first what waits for them.
  const listAhead = problem === null ? readListStart(client).catch(() => null) : null;
  const isSignedIn = problem === null && (await knowsThisBrowser(client));
  if (isSignedIn) showReef(root, client, listAhead);
  else showLogin(root, { client, problem });
}

function showLogin(
  root: Root,
  { client, problem }: { readonly client: CoreClient; readonly problem: string | null },
): void {
  root.render(
    <StrictMode>
      <Part what="The sign-in page">
        <Login client={client} problem={problem} onSignedIn={() => showReef(root, client)} />
      </Part>
    </StrictMode>,
  );
}

function showReef(root: Root, client: CoreClient, listAhead: ReadContext["listAhead"] | null = null): void {
  const reef = createReef({
    client,
    ...server,
    frameGatewayId: frame?.gatewayId ?? null,
    ...(listAhead && { listAhead }),
    ...(frame && { webSocket: openFrameSocket(frame) }),
    onSignedOut: () => {
      reef.live[Symbol.dispose]();
      // Anyone who may open the frame gets a new token with it.
      if (frame && performance.now() > reloadAfterMs) return location.reload();
      showLogin(root, { client, problem: "This browser is no longer signed in." });
    },
  });
  const router = createRouter(frame ? { startsAt: frame.place ?? "/" } : "history");
  if (frame) {
    void import("./frame/frame-life.ts").then((life) => life.startFrameLife({ ...reef, frame, router }));
  }
  root.render(
    <StrictMode>
      <ReefContext value={reef}>
        <ToastsContext value={reef.toasts}>
          <QueryClientProvider client={reef.queryClient}>
            <RouterProvider router={router} routes={routes}>
              <Boundary what="The page">
                <Shell home={<Home />} />
              </Boundary>
            </RouterProvider>
          </QueryClientProvider>
        </ToastsContext>
      </ReefContext>
    </StrictMode>,
  );
  requestIdleCallback?.(() => void readPanelsAhead().catch(() => undefined), { timeout: 5000 });
  // Makes the page installable; it works as well without.
  if (!frame) navigator.serviceWorker?.register("/service-worker.js").catch(() => undefined);
}

/** Posts the code of `#code=…` and removes it from the address. Returns what went wrong, or null. */
async function signInByAddress(client: CoreClient): Promise<string | null> {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return null;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    await client.login({ code });
    return null;
  } catch (failure) {
    // An old link in a browser that is signed in already is harmless.
    return (await knowsThisBrowser(client)) ? null : loginProblem(failure);
  }
}

/** False only when the server says so: if it cannot be reached, the page itself shows that. */
async function knowsThisBrowser(client: CoreClient): Promise<boolean> {
  try {
    await client.status();
    return true;
  } catch (error) {
    return !(error instanceof AppError && error.code === "unauthorized");
  }
}
