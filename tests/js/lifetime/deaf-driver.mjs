#!/usr/bin/env node
// A driver that answers each question with its own process's id and its browser's, but for those with the word "unanswered".
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const port = process.argv.find((argument) => argument.startsWith("--port=")).split("=")[1];
// As real ones do, in a group of its own.
const browser = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
const processes = [process.pid, browser.pid];
const capabilities = { browserName: "deaf", browserVersion: "1" };

createServer(async (request, response) => {
  const body = await text(request);
  if (body.includes("unanswered")) {
    return;
  }
  const value = request.url === "/session" ? { sessionId: "1", capabilities } : processes;
  response.end(JSON.stringify({ value }));
  if (request.method === "DELETE") {
    browser.kill();
  }
}).listen(Number(port), "127.0.0.1");
