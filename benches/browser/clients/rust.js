/** An app in Rust, which counts by itself: what it counts never becomes a JavaScript string. */
export async function rust(name) {
  const { default: initialize, run } = await import(`/rust/${name}/app.js`);
  await initialize();
  return {
    async flood(url, { mode, stream }) {
      const result = JSON.parse(await run(url, mode === "full", stream === "B"));
      return { result, close() {} };
    },
    warmUp: (url) => run(url, false, false),
  };
}
