"""Schemas from a registry: looked up, never made up; a silent registry is waited for, an unknown id is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from app.backtest.ports import FileRecord
from app.contracts.decode import Decoder
from app.contracts.registry import UNKNOWN_S, RegistrySchemas, register
from app.contracts.schemas import LocalSchemas, latest, shipped
from app.dev.registry import Registry, serving
from app.domain.facts import InventoryEvent
from app.errors import ConfigurationError, DecodeError, RegistryUnavailable, SchemaMissing
from app.flow.intake import take_in
from app.topics import TOPICS
from tests.support.contracts import encoded, example, key_of

EVENTS = TOPICS["inventory-events"]


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serving() as url:
        yield url


def _sent(value: bytes) -> FileRecord:
    return FileRecord(EVENTS.name, 0, key_of(EVENTS, example(EVENTS.schema)).encode(), value)


async def test_the_development_registry_has_the_ids_of_the_local_schemas(url: str) -> None:
    assert await asyncio.to_thread(RegistrySchemas(url).ids) == LocalSchemas().ids()


async def test_a_record_is_read_with_a_schema_fetched_on_the_way(url: str) -> None:
    schemas = RegistrySchemas(url)
    value = encoded(EVENTS.schema, example(EVENTS.schema))
    accepted, refused = await take_in([_sent(value)], Decoder(schemas), schemas)
    assert refused == []
    assert isinstance(accepted[0].fact, InventoryEvent)


async def test_an_id_that_the_registry_does_not_have_is_a_dead_letter(url: str) -> None:
    schemas = RegistrySchemas(url)
    value = b"\x00" + (999_999).to_bytes(4, "big") + b"body"
    accepted, refused = await take_in([_sent(value)], Decoder(schemas), schemas)
    assert accepted == []
    assert refused[0].error_class == "DECODE"
    assert "999999" in refused[0].reason
    assert refused[0].value == value


async def test_an_unknown_id_is_asked_for_again_after_a_while(url: str) -> None:
    now = 0.0
    schemas = RegistrySchemas(url, clock=lambda: now)
    await schemas.fetch(999)
    with pytest.raises(DecodeError):
        schemas.get(999)
    now = UNKNOWN_S
    with pytest.raises(SchemaMissing):
        schemas.get(999)
    await schemas.fetch(999)
    with pytest.raises(DecodeError):
        schemas.get(999)


async def test_a_registry_that_does_not_answer_is_waited_for_and_not_blamed_on_the_record() -> None:
    async with serving() as gone:
        pass
    with pytest.raises(RegistryUnavailable, match="SCHEMA_REGISTRY_URL"):
        await RegistrySchemas(gone).fetch(1)
    with pytest.raises(RegistryUnavailable):
        await asyncio.to_thread(RegistrySchemas(gone).ids)


@pytest.mark.parametrize("status", [404, 500, 502])
async def test_an_answer_that_is_no_registrys_is_not_blamed_on_the_record(status: int) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>nothing here</html>")

    app = web.Application()
    app.router.add_get("/{path:.*}", refuse)
    async with TestServer(app) as server:
        with pytest.raises(RegistryUnavailable):
            await RegistrySchemas(str(server.make_url(""))).fetch(1)


async def test_schemas_that_are_not_registered_are_named_with_the_command_that_registers_them() -> None:
    async with serving(Registry()) as url:
        with pytest.raises(ConfigurationError, match=r"alerts-value.*`syncline schemas register`"):
            await asyncio.to_thread(RegistrySchemas(url).ids)


def test_what_is_no_url_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigurationError, match="SCHEMA_REGISTRY_URL"):
        RegistrySchemas("registry:8081")


async def test_registering_fills_an_empty_registry_and_twice_is_as_good_as_once() -> None:
    async with serving(Registry()) as url:
        once = await asyncio.to_thread(lambda: list(register(url)))
        assert [(row.subject, row.version) for row in once] == [
            (topic.subject, schema.version)
            for topic in TOPICS.values()
            for schema in shipped()
            if schema.record == topic.schema
        ]
        assert await asyncio.to_thread(lambda: list(register(url))) == once
        assert await asyncio.to_thread(RegistrySchemas(url).ids) == {
            row.subject.removesuffix("-value"): row.id for row in once
        }
        async with ClientSession() as session, session.get(f"{url}/config/alerts-value") as answer:
            assert await answer.json(content_type=None) == {"compatibilityLevel": "FULL_TRANSITIVE"}


async def _post(url: str, schema: Any) -> tuple[int, Any]:
    async with ClientSession() as session, session.post(url, json={"schema": json.dumps(schema)}) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_the_development_registry_refuses_what_earlier_versions_cannot_live_with(url: str) -> None:
    raw = deepcopy(latest(EVENTS.schema).raw)
    raw["fields"].append({"name": "ward", "type": "string", "doc": "The ward."})
    status, told = await _post(f"{url}/subjects/inventory-events-value/versions", raw)
    assert (status, told["error_code"]) == (409, 409)
    assert "ward" in told["message"]
    raw["fields"][-1]["default"] = ""
    status, told = await _post(f"{url}/subjects/inventory-events-value/versions", raw)
    assert (status, told["id"], told["version"]) == (200, len(shipped()) + 1, latest(EVENTS.schema).version + 1)


async def test_what_is_no_schema_is_refused(url: str) -> None:
    status, told = await _post(f"{url}/subjects/inventory-events-value/versions", {"type": "text"})
    assert (status, told["error_code"]) == (422, 42201)


async def test_the_development_registry_answers_like_a_registry(url: str) -> None:
    known = LocalSchemas().ids()["alerts"]
    asked = {
        "/subjects": (200, sorted(topic.subject for topic in TOPICS.values())),
        "/subjects/alerts-value/versions": (200, [1]),
        f"/schemas/ids/{known}/versions": (200, [{"subject": "alerts-value", "version": 1}]),
        "/config": (200, {"compatibilityLevel": "FULL_TRANSITIVE"}),
    }
    missing = {
        "/subjects/none/versions": 40401,
        "/subjects/alerts-value/versions/2": 40402,
        "/schemas/ids/99": 40403,
        "/config/alerts-value": 40408,
        "/nowhere": 404,
    }
    async with ClientSession(url) as session:
        for path, expected in asked.items():
            async with session.get(path) as answer:
                assert (answer.status, await answer.json(content_type=None)) == expected
        for path, code in missing.items():
            async with session.get(path) as answer:
                assert (answer.status, (await answer.json(content_type=None))["error_code"]) == (404, code)
        async with session.get("/subjects/alerts-value/versions/latest") as answer:
            told = await answer.json(content_type=None)
            assert (told["id"], told["version"], json.loads(told["schema"])) == (
                known,
                latest("alert").version,
                latest("alert").raw,
            )
