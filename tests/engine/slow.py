"""A broker that is reached by a second, slow way: whatever comes back over it arrives late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.engine.apache import ApacheKafka, free_port

PIECE = 1 << 16  # bytes


class SlowWay:
    """A relay on 127.0.0.1; `delay` (seconds) may change at any time."""

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target, self.delay = port, target, 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        with suppress(OSError):
            await asyncio.gather(self._pass(reader, back, late=False), self._pass(there, writer, late=True))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, late: bool) -> None:
        try:
            while piece := await source.read(PIECE):
                if late:
                    await asyncio.sleep(self.delay)
                sink.write(piece)
                await sink.drain()
        finally:
            sink.close()


class TwoWays(ApacheKafka):
    """One broker with two listeners: `bootstrap`, and one that names `way` as the address to come back to."""

    def __init__(self, directory: Path, way: int) -> None:
        super().__init__(directory)
        self.slow = free_port()
        text = self.properties.read_text()
        for name, port in (("listeners", self.slow), ("advertised.listeners", way)):
            text = text.replace(f"\n{name}=", f"\n{name}=SLOW://127.0.0.1:{port},")
        names = ("PLAINTEXT", "CONTROLLER", "SLOW")
        text += f"listener.security.protocol.map={','.join(f'{name}:PLAINTEXT' for name in names)}\n"
        text += "inter.broker.listener.name=PLAINTEXT\n"
        self.properties.write_text(text)


@asynccontextmanager
async def slow_way(target: int, port: int) -> AsyncIterator[SlowWay]:
    """Relay from a port to another until the block ends."""
    way = SlowWay(port, target)
    server = await asyncio.start_server(way.serve, "127.0.0.1", port)
    try:
        yield way
    finally:
        server.close()
