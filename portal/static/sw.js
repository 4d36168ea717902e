// Without the network a page says so, instead of the browser's own words. Nothing of anybody's is kept.
const KEPT = "offline-1";
const PAGE = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    // As a stranger gets it, so that no name stands in it.
    const page = await fetch(PAGE, { credentials: "omit" });
    // What a house says that is just starting is not kept: the browser tries again with the next page.
    if (!page.ok) throw new Error(page.statusText);
    const style = (await page.clone().text()).match(/\/static\/portal\.css\?v=\w+/);
    await kept.put(PAGE, page);
    if (style) await kept.add(style[0]);
    await self.skipWaiting();
  })());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { mode, url } = event.request;
  if (mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
  } else if (url.includes("/static/portal.css")) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
