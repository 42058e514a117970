export default { source: { entry: { index: "./main.js" } }, output: { assetPrefix: "/rsbuild_index/" } };
