// In the place of `page-events.js`, `cors-probe.js` and `local-network.js` on a server that keeps its requests apart: there is no page that could be hidden,
// and no CORS that could hide a response. What sources have in common there would outlive the requests that they belong to.
export const watchPage = undefined;
export const probe = undefined;
export const isDenied = undefined;

export function timeToTell() {
  return 0;
}

export function isPrerendering() {
  return false;
}

export async function activation() {}
