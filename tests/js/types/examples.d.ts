// What the examples of the documents use and do not declare: an application around them.
declare const signal: AbortSignal;
declare const token: string;
declare const headers: Record<string, string>;
declare function freshToken(): Promise<string>;
declare function show(...what: unknown[]): void;

// What the examples of the guides test, serve and show with. These packages have types of their own; only ours are checked here.
declare module "msw";
declare module "msw/node";
declare module "node:http";
declare module "react";
declare module "vue";
declare module "svelte";
declare module "svelte/store";
declare module "solid-js";
declare const jest: any;
