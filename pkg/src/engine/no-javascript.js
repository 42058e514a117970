// In the place of `javascript.js`, where the engine is a module that the platform has compiled: it never needs to be JavaScript.
export { instantiate as javascript } from "./imported.js";
