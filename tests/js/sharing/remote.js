// Asks the runner what to do, does it, and asks again with the answer.
let stop;

async function follow(address) {
  stop?.abort();
  const { signal } = (stop = new AbortController());
  let answer = {};
  for (;;) {
    // It fails when the page goes, and when the runner has ended.
    const response = await fetch(address, { method: "POST", body: JSON.stringify(answer), signal }).catch(() => null);
    if (response === null) {
      return;
    }
    answer = await perform(await response.json());
  }
}

async function perform({ id, script, args }) {
  try {
    return { id, value: (await (0, eval)(script)(...args)) ?? null };
  } catch (error) {
    return { id, error: `${error}` };
  }
}

const address = new URLSearchParams(location.search).get("remote");
// A page does not enter the back/forward cache with a request on its way.
addEventListener("pagehide", () => stop.abort());
addEventListener("pageshow", () => follow(address));
