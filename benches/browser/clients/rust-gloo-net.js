import { rust } from "./rust.js";

export const { flood, warmUp } = await rust("gloo-net");
