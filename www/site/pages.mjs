// Which Markdown of the repository is which page of the site, in the order of its navigation.

/** The sections of the navigation. A page's `source` is a path in the repository; its address follows from it. */
export const SECTIONS = [
  {
    name: "Start",
    pages: [
      "docs/guides/first-stream.md",
      { source: "pkg/README.md", output: "javascript", title: "In JavaScript" },
      { source: "README.md", output: "rust", title: "In Rust" },
    ],
  },
  {
    name: "Guides",
    pages: [
      "docs/guides/authentication.md",
      "docs/guides/language-models.md",
      "docs/guides/reconnecting.md",
      "docs/sharing.md",
      "docs/guides/frameworks.md",
      { source: "crates/leptos/README.md", output: "guides/leptos", title: "In Leptos" },
      { source: "crates/yew/README.md", output: "guides/yew", title: "In Yew" },
      { source: "crates/dioxus/README.md", output: "guides/dioxus", title: "In Dioxus" },
      "docs/guides/testing.md",
      "docs/guides/proxies.md",
      "docs/guides/server-rendering.md",
      "docs/guides/content-security-policy.md",
      "docs/guides/troubleshooting.md",
    ],
  },
  {
    name: "Recipes",
    pages: [
      "www/recipes/chat.md",
      "www/recipes/notifications.md",
      "www/recipes/job.md",
      "www/recipes/dashboard.md",
      "www/recipes/log.md",
    ],
  },
  { name: "Reference", pages: [{ source: "pkg/types", output: "reference/options" }] },
  {
    name: "Coming from",
    pages: [
      "docs/from-fetch-event-source.md",
      "docs/from-event-source-polyfill.md",
      "docs/from-eventsource.md",
      "docs/from-sse-js.md",
      "docs/from-gloo-net.md",
    ],
  },
  {
    name: "Facts and figures",
    pages: [
      "docs/comparison.md",
      "docs/comparison-tests.md",
      "docs/conformance.md",
      "docs/standard.md",
      "docs/bundle-sizes.md",
      "docs/size.md",
      "docs/app-size.md",
      "docs/benchmarks.md",
      "docs/speed.md",
      "docs/parser-benchmarks.md",
      "docs/sharing-benchmarks.md",
      "docs/rust-clients.md",
      "docs/reconnecting.md",
    ],
  },
];

/** Documents for those who work on the project: the site has no page of them, and links lead to the repository. */
export const LEFT_OUT = ["docs/decisions.md", "docs/mutants.md"];

/** The first page. Its text is here, and not in the documents. */
export const LANDING = "www/site/landing.md";

/** The address of a page without its ending, such as `guides/first-stream`. */
export function outputOf(source) {
  if (source === LANDING) {
    return "index";
  }
  return source.replace(/^docs\/guides\//, "guides/").replace(/^www\//, "").replace(/\.md$/, "");
}

/** Every page but the first: `{ source, output, section, title? }`. */
export const PAGES = SECTIONS.flatMap(({ name, pages }) =>
  pages.map((page) => {
    const given = typeof page === "string" ? { source: page } : page;
    return { output: outputOf(given.source), section: name, ...given };
  }),
);
