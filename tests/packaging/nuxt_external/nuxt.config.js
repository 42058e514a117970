export default { compatibilityDate: "2025-12-01", app: { baseURL: "/nuxt_external/" } };
