# An agent with the Python SDK of MCP (pip install "mcp>=2"), in an experiment; it follows `next` alone, as follow-next.mjs:
#   flyops sandbox run --scenario first-deploy -- python3 examples/agents/python-sdk.py
import asyncio
import json
import os

from mcp import Client, StdioServerParameters

MOST_CALLS = 12


def read(result):
    """Whether the call is done, its verdict, and the calls that it offers."""
    if result.is_error:
        error = (result.meta or {}).get("flyops/error", {})
        return False, None, error.get("next", [])
    content = result.structured_content or {}
    # get_job has the result of the work in its own.
    work = content.get("result") or content
    own = work.get("verdict")
    verdicts = [own] + [each.get("verdict") for each in work.get("results") or []]
    told = [verdict for verdict in verdicts if verdict]
    is_healthy = bool(told) and all(verdict == "healthy" for verdict in told)
    is_done = content.get("status", "done") == "done"
    return is_done, "healthy" if is_healthy else own, content.get("next", [])


async def follow_next(first, client):
    plan = [first]
    for _ in range(MOST_CALLS):
        if not plan:
            return
        call, *rest = plan
        result = await client.call_tool(call["tool"], call.get("arguments", {}))
        is_done, verdict, offered = read(result)
        print(f"{call['tool']}: {(verdict or 'done') if is_done else 'not done'}", flush=True)
        if is_done and verdict == "healthy" and not rest:
            return
        if is_done:
            plan = rest or offered
        else:
            plan = [*offered, *rest] if offered else []


async def main():
    server = StdioServerParameters(command="flyops", args=["serve"], env=dict(os.environ))
    async with Client(server) as client:
        await client.list_tools()
        await follow_next(json.loads(os.environ["FLYOPS_FIRST_CALL"]), client)


asyncio.run(main())
