"""A client of the Python SDK of MCP, driven by lines of JSON on standard input, answered by lines of JSON.

It connects to the server that its argument describes: {"url"} or {"command", "args", "env"}.
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters


def tell(**message):
    print(json.dumps(message), flush=True)


async def call(client, request):
    result = await client.call_tool(request["name"], request["arguments"])
    tell(id=request["id"], result=result.structured_content)


async def attend(request, work):
    try:
        await work
    except asyncio.CancelledError:
        tell(id=request["id"], error="cancelled")
    except Exception as error:
        tell(id=request["id"], error=repr(error))


async def serve(client, lines):
    calls = {}
    while line := await lines.readline():
        request = json.loads(line)
        if "cancel" in request:
            calls[request["cancel"]].cancel()
        else:
            calls[request["id"]] = asyncio.create_task(attend(request, call(client, request)))


async def main():
    target = json.loads(sys.argv[1])
    server = target.get("url") or StdioServerParameters(**target)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        tell(version=client.protocol_version, tools=[tool.name for tool in tools])
        await serve(client, lines)


asyncio.run(main())
