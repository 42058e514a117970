// What a platform's `fetch` cannot take: nothing that is asked of it. The build for servers has `fetch-init-adapted.js` in the place of this
// file.
export const adaptInit = null;
