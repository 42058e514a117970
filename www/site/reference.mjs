// The reference of options, as Markdown, out of the comments of the types in pkg/types. So it says what an editor says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the comments leave unsaid, for it is as everybody expects. */
const UNSAID = {
  headers: { default: "none" },
  body: { default: "none" },
  fetch: { default: "the global `fetch`" },
  signal: { default: "none" },
  refresh: { default: "none: it is required" },
  referrerPolicy: { default: "that of the page", text: "The referrer policy of the requests, as `fetch` takes it." },
  mode: { text: "The mode of the requests, as `fetch` takes it." },
  priority: { default: '`"auto"`', text: "The priority of the requests, as `fetch` takes it." },
};

/** The types of a folder: `{ interfaceOf, classOf, functionOf }`. */
export function readTypes(folder) {
  const files = ["index.d.ts", "shared.d.ts", "bearer.d.ts"].map((name) => {
    const path = join(folder, name);
    return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  });
  const statements = files.flatMap(({ statements }) => [...statements]);
  const find = (is, name) => {
    const found = statements.find((each) => is(each) && each.name.text === name);
    if (!found) {
      throw new Error(`pkg/types has no ${name}`);
    }
    return found;
  };
  return {
    interfaceOf: (name) => find(ts.isInterfaceDeclaration, name),
    classOf: (name) => find(ts.isClassDeclaration, name),
    functionOf: (name) => find(ts.isFunctionDeclaration, name),
  };
}

/** The members of an interface: `[{ name, type, unit, default, text, errors }]`. */
export function membersOf(declaration) {
  const general = commentOf(declaration).text;
  return declaration.members.map((member) => {
    const name = member.name.getText();
    const { text, errors } = commentOf(member);
    const type = oneLine(member.type?.getText() ?? "");
    return { name, type, errors, ...described(text, name), unit: unitOf(type, `${text} ${general}`) };
  });
}

/** A comment's text, and what is thrown, as `TypeError unless …`. */
function commentOf(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.map(({ comment }) => textOf(comment)).join("\n\n");
  const errors = ts
    .getJSDocTags(node)
    .filter(ts.isJSDocThrowsTag)
    .map((tag) => `${(tag.typeExpression?.type.getText() ?? "")} ${textOf(tag.comment)}`.trim());
  return { text, errors };
}

function textOf(comment) {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\{@link (\w+)\s*\}/g, "`$1`");
}

/** The sentence `Defaults to …` apart from the rest. */
function described(text, name) {
  const sentence = /\s*Defaults\s+to\s+(.*?)\.(?=\s|$)/s.exec(text);
  const rest = sentence ? text.replace(sentence[0], sentence[0].startsWith("\n") ? "\n" : "") : text;
  return { text: rest.trim() || (UNSAID[name]?.text ?? ""), default: oneLine(sentence?.[1] ?? UNSAID[name]?.default ?? "") };
}

function unitOf(type, text) {
  if (!/\bnumber\b/.test(type) || /Iterable/.test(type)) {
    return "";
  }
  return /bytes/.test(text) ? "bytes" : /How many/.test(text.split(".")[0]) ? "" : /milliseconds/.test(text) ? "milliseconds" : "";
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

/** The page. */
export function referenceOf(folder) {
  const types = readTypes(folder);
  const options = membersOf(types.interfaceOf("EventSourceInit"));
  const reconnect = membersOf(types.interfaceOf("ReconnectInit"));
  const shared = membersOf(types.interfaceOf("SharedInit"));
  const [whole] = membersOf(types.interfaceOf("SharedEventSourceInit"));
  const streamInit = types.interfaceOf("StreamInit");
  const ofStream = membersOf(streamInit);
  const ofBearer = membersOf(types.interfaceOf("BearerInit"));
  const omitted = [...streamInit.heritageClauses[0].getText().matchAll(/"(\w+)"/g)].map(([, name]) => `\`${name}\``);
  return `# All options

This page is made from the types of the package, so it says what your editor says. A bad value is a \`TypeError\` of the constructor.

## At a glance

${table(options)}
${rows(reconnect, "reconnect.")}
${rows([whole], "", "options-of-shared")}
${rows(shared, "shared.")}

## Options of EventSource

\`new EventSource(url, options)\`

${sections(options)}

## Options of reconnect

\`new EventSource(url, { reconnect: { … } })\`

${sections(reconnect)}

## Options of shared

\`new EventSource(url, { shared: { … } })\`, in \`wasm-eventsource/shared\` only.

${whole.text}

${sections(shared)}

## Options of stream()

\`stream(url, options)\` has the options of EventSource, without ${list(omitted)}, and these:

${table(ofStream)}

${commentOf(types.functionOf("stream")).text}

${sections(ofStream)}

${thrown(commentOf(types.functionOf("stream")).errors)}

## Options of bearer()

\`bearer(options)\`, from \`wasm-eventsource/bearer\`.

${table(ofBearer)}

${commentOf(types.functionOf("bearer")).text}

${sections(ofBearer)}

${thrown(commentOf(types.functionOf("bearer")).errors)}

## Members of an error event

${commentOf(types.interfaceOf("EventSourceErrorEvent")).text}

${sections(membersOf(types.interfaceOf("EventSourceErrorEvent")), { optional: true })}

## Methods of a source

${methodsOf(types.classOf("EventSource"))}

## init()

${commentOf(types.functionOf("init")).text}

${thrown(commentOf(types.functionOf("init")).errors)}
`;
}

function table(members) {
  return `| option | default | what it does |\n|---|---|---|\n${rows(members, "")}`;
}

/** A row for each; `heading` is the one to link to, if they have none of their own. */
function rows(members, prefix, heading) {
  return members
    .map(({ name, default: byDefault, unit, text }) => {
      const first = oneLine(text.split(/(?<=\.)\s/)[0]);
      const value = unit === "" || byDefault.includes(unit) ? byDefault : `${byDefault}, in ${unit}`;
      return `| [\`${prefix}${name}\`](#${heading ?? name.toLowerCase()}) | ${value} | ${first.replaceAll("|", "\\|")} |`;
    })
    .join("\n");
}

function sections(members, { optional = false } = {}) {
  return members
    .map(({ name, type, unit, default: byDefault, text, errors }) => {
      const facts = [`Type: \`${type}\`${unit && `, in ${unit}`}`];
      if (!optional) {
        facts.push(`Default: ${byDefault}`);
      }
      return `### \`${name}\`\n\n${facts.join("  \n")}\n\n${text}\n\n${thrown(errors)}`;
    })
    .join("\n");
}

function methodsOf(declaration) {
  return declaration.members
    .filter((member) => (ts.isMethodDeclaration(member) || ts.isPropertyDeclaration(member)) && commentOf(member).text !== "")
    .map((member) => {
      const name = member.name.getText();
      const { text, errors } = commentOf(member);
      const code = oneLine(member.getText().replace(/;$/, ""));
      return `### \`${name}${ts.isMethodDeclaration(member) ? "()" : ""}\`\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${text}\n\n${thrown(errors)}`;
    })
    .join("\n");
}

function thrown(errors) {
  return errors.map((error) => `Throws a ${error.replace(/^(\w+)/, "`$1`")}.\n`).join("\n");
}

function list(names) {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
