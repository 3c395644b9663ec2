"""Who was seen with one block."""

from __future__ import annotations

from msgspec import Struct, field

from app.domain.rules.judge import Memory


class Seen(Struct, array_like=True, frozen=True):
    """The newest sighting of one document of one entity; `heard` (ms) is when it was told."""

    version: int
    heard: int
    entity: str
    document: str
    stands: bool
    at: int = 0
    name: str = ""
    source_system: str | None = None
    supplier_id: str | None = None
    facility_id: str | None = None
    buyer_id: str | None = None
    day: int | None = None
    amount: int | None = None
    keys: tuple[str, ...] = ()
    share: int | None = None

    @property
    def rank(self) -> tuple[int, str, str]:
        """Who was there first."""
        return self.at, self.entity, self.document


class Sight(Struct, array_like=True):
    """A block and all that were seen with it, by entity and document; those taken back are kept to know repeats."""

    key: str
    version: int = 0
    seen: dict[str, Seen] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)

    @property
    def kind(self) -> str:
        return self.key.partition("@")[0]

    @property
    def standing(self) -> list[Seen]:
        """Those that stand, the first one first."""
        return sorted((seen for seen in self.seen.values() if seen.stands), key=lambda seen: seen.rank)


def void(sight: Sight) -> bool:
    """Whether all that was seen was taken back; who else was there is no matter of the order of arrival."""
    return not sight.standing and not sight.memory.conditions


def new(key: str) -> Sight:
    """A block that nobody has shown yet."""
    return Sight(key)
