"""A way through TLS for the official client.

It reads in one thread and writes in another: before Python 3.13, on one TLS socket, a frame is lost now and then (one
connection in sixty here; a client of one thread lost none in 1,200). Here one thread does both.
"""

import asyncio
import ssl
import threading
from contextlib import suppress
from pathlib import Path


class Tunnel:
    """`port` takes what is to reach `localhost:towards`, whatever listens there at the moment."""

    def __init__(self, towards: int, certificate: Path) -> None:
        self._towards, self._context = towards, ssl.create_default_context(cafile=str(certificate))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._door = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._pass, "127.0.0.1", 0), self._loop
        ).result()
        self.port = int(self._door.sockets[0].getsockname()[1])

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, questions = await asyncio.open_connection("localhost", self._towards, ssl=self._context)
        except OSError:
            writer.transport.abort()
            return
        ways = [asyncio.create_task(_carry(*way)) for way in ((reader, questions), (answers, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for end in (writer, questions):
                end.transport.abort()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._door.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
