export default {
  output: "export",
  distDir: "dist",
  assetPrefix: "/next-page_index",
  turbopack: { root: new URL("../..", import.meta.url).pathname }, // The dependencies are there.
};
