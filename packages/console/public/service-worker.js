// Makes the page installable, and says honestly when Reef cannot be reached. It answers nothing else: no data, no
// script and no page is ever served from a cache, so that nothing old can look like the present.
const offlinePage = "/offline.html";
const cacheName = "offline-1";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll([offlinePage, "/offline.css"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const dropOld = async () => {
    for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
  };
  event.waitUntil(dropOld());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(offlinePage)));
  } else if (new URL(request.url).pathname === "/offline.css") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline.css")));
  }
});
