"""A TCP proxy on the loopback that misbehaves on purpose.

    proxy.py PORT HOST PORT [delay=MS] [rate=BYTES] [cut=BYTES] [stall=BYTES]

delay: every piece waits so long, in both directions. rate: at most so many bytes a second towards the host. cut: the connection is
reset after so many bytes towards the host. stall: after so many, nothing moves any more, and nothing is closed. A kernel without
netem cannot delay packets; this can delay a connection.
"""

import asyncio
import socket
import struct
import sys

port, host, its_port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
option = {name: float(value) for name, value in (each.split("=") for each in sys.argv[4:])}


class Connection:
    def __init__(self, client, server):
        self.writers = (client, server)
        self.sent = 0
        self.is_stalled = False

    def reset(self):
        for writer in self.writers:
            if (end := writer.get_extra_info("socket")) is not None:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def pump(self, reader, writer, to_host):
        pieces = asyncio.Queue(64)
        passing = asyncio.create_task(self.pass_on(pieces, writer, to_host))
        now = asyncio.get_running_loop().time
        try:
            while piece := await reader.read(65536):
                if to_host:
                    self.sent += len(piece)
                    if self.sent >= option.get("cut", float("inf")):
                        return self.reset()
                    self.is_stalled = self.sent >= option.get("stall", float("inf"))
                await pieces.put((now() + option.get("delay", 0) / 1000, piece))
            await pieces.put((now() + option.get("delay", 0) / 1000, b""))
            await passing
        except OSError:
            self.reset()
        finally:
            passing.cancel()

    async def pass_on(self, pieces, writer, to_host):
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
            if self.is_stalled:
                await asyncio.Event().wait()
            if not piece:
                return writer.write_eof() if writer.can_write_eof() else None
            writer.write(piece)
            await writer.drain()
            if to_host and "rate" in option:
                await asyncio.sleep(len(piece) / option["rate"])


async def serve(reader, writer):
    try:
        its_reader, its_writer = await asyncio.open_connection(host, its_port)
    except OSError:
        return writer.close()
    connection = Connection(writer, its_writer)
    await asyncio.gather(
        connection.pump(reader, its_writer, True), connection.pump(its_reader, writer, False), return_exceptions=True)
    writer.close()
    its_writer.close()


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        print("ready", flush=True)
        await server.serve_forever()


asyncio.run(main())
