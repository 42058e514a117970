export default {
  server: { proxy: { "/streams": process.env.SERVER } },
  optimizeDeps: { exclude: ["wasm-eventsource/external"] },
};
