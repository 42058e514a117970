// Streams to begin with. In JavaScript's notation, because some characters cannot be seen.

export const SAMPLES = {
  "Events with names and IDs": 'id: 1\nevent: ping\ndata: {"time": "12:00"}\n\nid: 2\ndata: two\ndata: lines\n\n',
  "The standard’s stock ticker": "data: YHOO\ndata: +2\ndata: 10\n\n",
  "Comments, and fields that are ignored":
    ": a comment keeps the connection alive\n\nfoo: unknown fields are skipped\ndata:no space\ndata:  two spaces\n\n",
  "Data without a value": "data\n\ndata\ndata\n\ndata:\n",
  "A byte order mark, and characters of many bytes":
    "\uFEFFdata: grüße, 世界 🌍\n\nid: ü\ndata: \uFEFF stays inside\n\n",
  "retry, and an ID that is reset": "retry: 1500\nid: 7\ndata: a\n\nid\ndata: b\n\nretry: soon\n\n",
  "A block that never ends": "data: this one comes\n\nevent: lost\ndata: this one does not",
};
