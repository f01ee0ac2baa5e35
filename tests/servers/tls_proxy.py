#!/usr/bin/env python3
"""An honest forward proxy on 127.0.0.1 that speaks TLS itself: `https://` in front of its address.

    tls_proxy.py --certificate FILE --key FILE

Prints one line of JSON when it is ready, runs until SIGTERM, and writes a line of JSON for each
CONNECT that it was asked for:
    {"ready":true,"url":"https://127.0.0.1:4711"}
    {"connect":"127.0.0.1:4712"}
"""
import argparse
import asyncio
import json
import signal
import ssl

MOST_BYTES = 65536


def say(members):
    print(json.dumps(members), flush=True)


async def carry(reader, writer):
    """What the one side says to the other, until it has said all."""
    while data := await reader.read(MOST_BYTES):
        writer.write(data)
        await writer.drain()


async def tunnel(reader, writer, host, port):
    server_reader, server_writer = await asyncio.open_connection(host, port)
    ways = [asyncio.create_task(carry(reader, server_writer)),
            asyncio.create_task(carry(server_reader, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        server_writer.close()


async def serve_one(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
        method, place, _ = head.split("\r\n")[0].split(" ")
        assert method == "CONNECT", method
        say({"connect": place})
        host, port = place.rsplit(":", 1)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await tunnel(reader, writer, host, int(port))
    except (OSError, asyncio.IncompleteReadError):
        pass  # one of the two has had enough
    finally:
        writer.close()


async def run(arguments):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, ssl=context)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    say({"ready": True, "url": f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
    await stopping.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
