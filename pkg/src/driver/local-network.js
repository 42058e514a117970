// Whether a request has failed because the page has no permission for the local network. `fetch` says only that it has failed.
// https://wicg.github.io/local-network-access/
import { isObject } from "../event-source/idl.js";

/** Hosts that are local by their names alone. What other names lead to, a page is not told. */
const BY_NAME = [
  ["loopback", /^((.+\.)?localhost|127\.[\d.]+|\[::1\])$/],
  ["local", /^(10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|169\.254\.[\d.]+|\[f[cd].+\]|.+\.local)$/],
];

/** The permissions, of which a browser may know only the last: it was there first, and for both. */
const permissionsFor = (space) => [`${space}-network`, "local-network-access"];

/**
 * Undefined if the URL leads to no local host, as far as its name or the option `targetAddressSpace` tells, or if there are no permissions;
 * otherwise a promise of whether the user has denied the one that it needs.
 */
export function isDenied(url, { targetAddressSpace } = {}) {
  const { permissions } = globalThis.navigator ?? {};
  const { hostname } = new URL(url);
  const [space] = BY_NAME.find(([name, hosts]) => name === targetAddressSpace || hosts.test(hostname)) ?? [];
  return space === undefined || !isObject(permissions) ? undefined : isOneDenied(permissions, permissionsFor(space));
}

async function isOneDenied(permissions, names) {
  for (const name of names) {
    try {
      return (await permissions.query({ name })).state === "denied";
    } catch {
      // The browser does not know it.
    }
  }
  return false;
}
