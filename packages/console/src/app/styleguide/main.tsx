/** Shows the styleguide. Nothing of it is part of the console that ships. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createRouter, RouterProvider } from "../../ui/router.tsx";
import { createToasts } from "../../ui/toasts.ts";
import { ToastsContext } from "../../ui/use-toasts.ts";
import { StyleGuide } from "./StyleGuide.tsx";
import "../../ui/theme.css";

const element = document.getElementById("root");
if (!element) throw new Error("styleguide.html has no #root.");
createRoot(element).render(
  <StrictMode>
    <ToastsContext value={createToasts()}>
      <RouterProvider router={createRouter({ startsAt: "/" })} routes={[{ path: "/", screen: () => null }]}>
        <StyleGuide />
      </RouterProvider>
    </ToastsContext>
  </StrictMode>,
);
