// For a shared worker, which nobody can terminate from outside: it closes itself when a case of the suite is over.
addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => data === "close" && close());
});
