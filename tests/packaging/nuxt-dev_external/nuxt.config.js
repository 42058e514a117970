export default {
  compatibilityDate: "2025-12-01",
  nitro: { devProxy: { "/streams": `${process.env.SERVER}/streams` } },
  vite: { optimizeDeps: { exclude: ["wasm-eventsource/external"] } },
};
