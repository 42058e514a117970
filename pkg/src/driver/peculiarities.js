// Where a platform's `fetch` is not the standard's: nothing to be done. The build for workerd and its like has
// `peculiarities-of-servers.js` in the place of this file.
export const peculiarities = null;
