"""`python starlette_server.py PORT FOLDER`: an event stream by sse-starlette, under uvicorn, and static files."""

import asyncio
import sys

import uvicorn
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

SEPARATORS = {"crlf": "\r\n", "cr": "\r", "lf": "\n"}


async def first(sep):
    yield ServerSentEvent("first", id="1", retry=100, sep=sep)
    yield ServerSentEvent("two\nlines", event="named", id="2", sep=sep)


async def second(sep, last_event_id):
    # Time for some pings.
    await asyncio.sleep(0.2)
    yield ServerSentEvent(f"after {last_event_id}: é € 🦀", id="3", sep=sep)
    yield ServerSentEvent("bye", event="fin", sep=sep)
    await asyncio.sleep(3600)


async def events(request):
    sep = SEPARATORS[request.query_params.get("sep", "crlf")]
    last_event_id = request.headers.get("last-event-id")
    stream = second(sep, last_event_id) if last_event_id else first(sep)
    return EventSourceResponse(stream, sep=sep, ping=0.02)


port, folder = sys.argv[1:]
app = Starlette(routes=[Route("/events", events), Mount("/", StaticFiles(directory=folder))])
uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", lifespan="off")
