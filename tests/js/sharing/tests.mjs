// `{ name, options, body }`. Options: `only` one browser, or `not` one; `insecure`, for pages that are in no secure context.
import { tests as ofGroups } from "./groups.mjs";
import { tests as ofLeaders } from "./leaders.mjs";

export const tests = [...ofLeaders, ...ofGroups];
