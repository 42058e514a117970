// A SharedWorker that has the connections of its tabs.
importScripts("/suite/shared.js");
serveShared();
