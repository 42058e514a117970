// How a component `Feed` of each framework comes into a page and goes: the module `mount.js` of its project.

export const FRAMEWORKS = {
  React: {
    component: "Feed.jsx",
    mount: `
      import { createElement } from "react";
      import { createRoot } from "react-dom/client";
      import { Feed } from "./Feed.jsx";

      export function mount(element, url) {
        const root = createRoot(element);
        root.render(createElement(Feed, { url }));
        return () => root.unmount();
      }`,
  },
  Vue: {
    component: "Feed.vue",
    mount: `
      import { createApp } from "vue";
      import Feed from "./Feed.vue";

      export function mount(element, url) {
        const app = createApp(Feed, { url });
        app.mount(element);
        return () => app.unmount();
      }`,
  },
  Svelte: {
    component: "Feed.svelte",
    mount: `
      import { mount as mountComponent, unmount } from "svelte";
      import Feed from "./Feed.svelte";

      export function mount(target, url) {
        const feed = mountComponent(Feed, { target, props: { url } });
        return () => unmount(feed);
      }`,
  },
  Solid: {
    component: "Feed.jsx",
    mount: `
      import { createComponent, render } from "solid-js/web";
      import { Feed } from "./Feed.jsx";

      export function mount(element, url) {
        return render(() => createComponent(Feed, { url }), element);
      }`,
  },
};
