"""A schema registry for development: the REST calls that clients make, over the shipped schemas, all in memory.

Its ids are those of `LocalSchemas`, so that files written without a registry can be read with this one.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from app.contracts.compatibility import between, unreadable
from app.contracts.schemas import Version, shipped
from app.topics import TOPICS

HOST = "127.0.0.1"
FULL_TRANSITIVE, NONE = "FULL_TRANSITIVE", "NONE"
MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class Refused(Exception):
    """What the registry answers instead: an HTTP status, the registry's own code, and why."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Registry:
    """Schemas by id and by subject and version; both count from 1."""

    def __init__(self, versions: Iterable[Version] = ()) -> None:
        self.schemas: list[Any] = []
        self.subjects: dict[str, list[int]] = {}
        self.levels: dict[str, str] = {}
        self.level = FULL_TRANSITIVE
        subjects = {topic.schema: topic.subject for topic in TOPICS.values()}
        for version in versions:
            self.register(subjects[version.record], version.raw)

    def schema(self, schema_id: int) -> Any:
        if not 1 <= schema_id <= len(self.schemas):
            raise Refused(404, 40403, f"Schema {schema_id} not found")
        return self.schemas[schema_id - 1]

    def versions(self, subject: str) -> list[int]:
        """The ids of a subject's versions, in order."""
        if subject not in self.subjects:
            raise Refused(404, 40401, f"Subject '{subject}' not found")
        return self.subjects[subject]

    def register(self, subject: str, raw: Any) -> int:
        """The id of a schema under a subject, new or known; refuses what its earlier versions cannot live with."""
        ids = self.subjects.get(subject, [])
        known = self._id(raw)
        if known is not None and known in ids:
            return known
        self._check(subject, raw, ids)
        if known is None:
            self.schemas.append(raw)
            known = len(self.schemas)
        self.subjects.setdefault(subject, []).append(known)
        return known

    def lookup(self, subject: str, raw: Any) -> dict[str, Any]:
        ids, known = self.versions(subject), self._id(raw)
        if known is None or known not in ids:
            raise Refused(404, 40403, "Schema not found")
        return self.registered(subject, ids.index(known) + 1)

    def registered(self, subject: str, version: int) -> dict[str, Any]:
        ids = self.versions(subject)
        if not 1 <= version <= len(ids):
            raise Refused(404, 40402, f"Version {version} not found")
        schema_id = ids[version - 1]
        text = json.dumps(self.schemas[schema_id - 1])
        return {"subject": subject, "version": version, "id": schema_id, "schema": text}

    def _id(self, raw: Any) -> int | None:
        return next((place for place, schema in enumerate(self.schemas, 1) if schema == raw), None)

    def _check(self, subject: str, raw: Any, ids: list[int]) -> None:
        new = Version(subject, len(ids) + 1, raw)
        broken = unreadable(new)
        if broken is not None:
            raise Refused(422, 42201, broken)
        if self.levels.get(subject, self.level) == NONE:
            return
        for place, schema_id in enumerate(ids, 1):
            found = between(Version(subject, place, self.schemas[schema_id - 1]), new)
            if found:
                raise Refused(409, 409, "; ".join(found))


REGISTRY: web.AppKey[Registry] = web.AppKey("registry", Registry)
routes = web.RouteTableDef()


@routes.get("/subjects")
async def _subjects(request: web.Request) -> web.Response:
    return _answer(sorted(request.app[REGISTRY].subjects))


@routes.get("/schemas/ids/{id:\\d+}")
async def _schema(request: web.Request) -> web.Response:
    return _answer({"schema": json.dumps(request.app[REGISTRY].schema(int(request.match_info["id"])))})


@routes.get("/schemas/ids/{id:\\d+}/versions")
async def _uses(request: web.Request) -> web.Response:
    registry, schema_id = request.app[REGISTRY], int(request.match_info["id"])
    registry.schema(schema_id)
    uses = [(subject, ids.index(schema_id) + 1) for subject, ids in registry.subjects.items() if schema_id in ids]
    return _answer([{"subject": subject, "version": version} for subject, version in uses])


@routes.get("/subjects/{subject}/versions")
async def _versions(request: web.Request) -> web.Response:
    return _answer([*range(1, len(request.app[REGISTRY].versions(request.match_info["subject"])) + 1)])


@routes.get("/subjects/{subject}/versions/{version:\\d+|latest}")
async def _version(request: web.Request) -> web.Response:
    registry, subject, version = request.app[REGISTRY], request.match_info["subject"], request.match_info["version"]
    number = len(registry.versions(subject)) if version == "latest" else int(version)
    return _answer(registry.registered(subject, number))


@routes.post("/subjects/{subject}/versions")
async def _register(request: web.Request) -> web.Response:
    registry, subject = request.app[REGISTRY], request.match_info["subject"]
    raw = await _sent_schema(request)
    registry.register(subject, raw)
    return _answer(registry.lookup(subject, raw))


@routes.post("/subjects/{subject}")
async def _lookup(request: web.Request) -> web.Response:
    return _answer(request.app[REGISTRY].lookup(request.match_info["subject"], await _sent_schema(request)))


@routes.get("/config")
async def _level(request: web.Request) -> web.Response:
    return _answer({"compatibilityLevel": request.app[REGISTRY].level})


@routes.put("/config")
async def _set_level(request: web.Request) -> web.Response:
    request.app[REGISTRY].level = level = await _sent_level(request)
    return _answer({"compatibility": level})


@routes.get("/config/{subject}")
async def _subject_level(request: web.Request) -> web.Response:
    registry, subject = request.app[REGISTRY], request.match_info["subject"]
    if subject not in registry.levels:
        raise Refused(404, 40408, f"Subject '{subject}' does not have subject-level compatibility configured")
    return _answer({"compatibilityLevel": registry.levels[subject]})


@routes.put("/config/{subject}")
async def _set_subject_level(request: web.Request) -> web.Response:
    request.app[REGISTRY].levels[request.match_info["subject"]] = level = await _sent_level(request)
    return _answer({"compatibility": level})


async def _sent_schema(request: web.Request) -> Any:
    try:
        return json.loads((await request.json())["schema"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(422, 42201, f"no schema in the request: {error!r}") from error


async def _sent_level(request: web.Request) -> str:
    try:
        level = (await request.json())["compatibility"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(422, 42203, f"no compatibility level in the request: {error!r}") from error
    if level not in (FULL_TRANSITIVE, NONE):
        raise Refused(422, 42203, f"compatibility {level}: the development registry knows {FULL_TRANSITIVE} and {NONE}")
    return str(level)


def _answer(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type=MEDIA_TYPE)


@web.middleware
async def _say_why(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except Refused as refused:
        return _answer({"error_code": refused.code, "message": refused.message}, refused.status)
    except web.HTTPException as error:
        return _answer({"error_code": error.status, "message": error.reason}, error.status)
    return response


@asynccontextmanager
async def serving(registry: Registry | None = None, port: int = 0) -> AsyncIterator[str]:
    """Serve on this machine alone; yields the URL. Without a registry, the shipped schemas; port 0 is any free one."""
    app = web.Application(middlewares=[_say_why])
    app[REGISTRY] = Registry(shipped()) if registry is None else registry
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
