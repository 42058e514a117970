// A SharedWorker that has the connections of its tabs.
importScripts("/closing.js", "/suite/shared.js");
serveShared();
