// The dependencies are two folders above.
export default { turbopack: { root: new URL("../..", import.meta.url).pathname } };
