/**
 * What a scanned code says, taken as an invitation of this server or as nothing at all: a code may come from anybody.
 * @module
 */

const SHORTEST = 20; // letters of a token

/**
 * @param {string} said
 * @param {string} origin this page’s own: scheme, host and port
 * @returns {string | null} the path to follow within the page
 */
export function invitationPath(said, origin) {
  /** @type {URL} */
  let url;
  try {
    url = new URL(said.trim());
  } catch {
    return null;
  }
  if (url.origin !== origin || url.username !== "" || url.password !== "") return null;
  const path = /^\/j\/([\w-]+)\/?$/.exec(url.pathname);
  const token = path?.[1] ?? (/^\/j\/?$/.test(url.pathname) ? /^#([\w-]+)$/.exec(url.hash)?.[1] : undefined);
  return token !== undefined && token.length >= SHORTEST ? `/j/${token}` : null;
}
