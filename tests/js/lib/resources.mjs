// Everything that must not outlive a run: processes and temporary folders, put away whichever way the run ends.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cleanups = [];

export function onEnd(cleanup) {
  cleanups.push(cleanup);
}

/** Runs `main`, then puts everything away, last things first; also when it fails or is interrupted. DEBUG=1 shows more. */
export async function withCleanup(main) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, async () => {
      await cleanUp();
      process.exit(1);
    });
  }
  try {
    await main();
  } catch (error) {
    // Most likely a program that is missing, and then the message says which.
    console.error(process.env.DEBUG ? error : `error: ${error.message}`);
    console.log("0 passed, 1 failed");
    process.exitCode = 1;
  } finally {
    await cleanUp();
  }
}

async function cleanUp() {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) {
    try {
      await cleanup();
    } catch (error) {
      console.error(`cleaning up: ${error.message}`);
    }
  }
}

let folder;

/** A folder of this run. Browsers put their profiles there too, and so leave none behind. */
export function temporaryFolder() {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), "wasm-eventsource-tests-"));
    onEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  }
  return folder;
}

/** Starts a program in a process group of its own, so that what it starts itself ends with it. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
    env: { ...process.env, TMPDIR: temporaryFolder(), ...options.env },
  });
  let output = "";
  const keep = (text) => (output = (output + text).slice(-10_000));
  child.stdout?.setEncoding("utf8").on("data", keep);
  child.stderr?.setEncoding("utf8").on("data", keep);
  const exited = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", (error) => {
      keep(error.message);
      resolve();
    });
  });
  let stopping;
  const stop = () => (stopping ??= stopGroup(child, exited));
  const kill = async () => {
    killTree(child.pid);
    await exited;
  };
  onEnd(stop);
  return { child, exited, stop, kill, output: () => output };
}

/** Ends at once what does not end by itself. Drivers may start browsers in groups of their own: these are found by their parents. */
function killTree(pid) {
  for (const id of [...descendants(pid).reverse(), pid]) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** The ids of all processes below this one, where /proc tells (Linux); none elsewhere. */
export function descendants(ancestor) {
  const parents = new Map();
  try {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        // The parent is the second field after the name, which may itself contain brackets.
        parents.set(Number(id), Number(readFileSync(`/proc/${id}/stat`, "utf8").replace(/^.*\)/s, "").split(" ")[2]));
      } catch {
        // It has ended meanwhile.
      }
    }
  } catch {
    return [];
  }
  const found = [ancestor];
  for (const parent of found) {
    found.push(...[...parents].filter(([, of]) => of === parent).map(([id]) => id));
  }
  return found.slice(1);
}

async function stopGroup(child, exited) {
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
      return true;
    } catch {
      return false;
    }
  };
  if (child.pid === undefined || !signal("SIGTERM")) {
    return;
  }
  await Promise.race([exited, delay(3000)]);
  for (let tries = 0; tries < 20 && signal(0); tries += 1) {
    await delay(50);
  }
  signal("SIGKILL");
}

export function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Asks until the answer is not undefined. For what other processes do, which nothing announces. */
export async function poll(ask, what, timeout = 20_000) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`after ${timeout} ms still waiting for ${what}`);
    }
    await delay(50);
  }
}
