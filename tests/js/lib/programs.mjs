// Where the programs are that the tests start: named by environment variables, else looked for on PATH.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const PROGRAMS = {
  TEST_SERVER: { names: ["test-server"], help: "build it with `cargo build -p test-server`" },
  CHROMIUM: { names: ["chromium", "chromium-browser", "google-chrome"], help: "apt-get install chromium" },
  CHROMEDRIVER: { names: ["chromedriver"], help: "apt-get install chromium-driver" },
  FIREFOX: { names: ["firefox-esr", "firefox"], help: "apt-get install firefox-esr" },
  GECKODRIVER: { names: ["geckodriver"], help: "cargo install geckodriver --locked" },
  WEBKIT_BROWSER: { names: ["MiniBrowser"], help: "apt-get install webkit2gtk-driver; `dpkg -L libwebkit2gtk-4.1-0` lists it" },
  WEBKITDRIVER: { names: ["WebKitWebDriver"], help: "apt-get install webkit2gtk-driver" },
  XVFB_RUN: { names: ["xvfb-run"], help: "apt-get install xvfb" },
  PHP: { names: ["php"], help: "apt-get install php-cli" },
  NGINX: { names: ["nginx"], help: "apt-get install nginx" },
  OPENSSL: { names: ["openssl"], help: "apt-get install openssl" },
  PYTHON: { names: ["python3"], help: "a Python that has tests/js/drop-in/requirements.txt, as `cargo xtask setup` makes" },
};

export function program(variable) {
  const { names, help } = PROGRAMS[variable];
  const named = process.env[variable];
  const found = named ? (isExecutable(named) ? named : undefined) : names.map(onPath).find(Boolean);
  if (!found) {
    const looked = named ? `${variable} names ${named}, which cannot be run` : `no ${names.join(" or ")} on PATH`;
    throw new Error(`${looked}: ${help}, or set ${variable}`);
  }
  return found;
}

function onPath(name) {
  // Debian has nginx in a folder that is on PATH for root alone.
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
