"""Keys are found by the masters they ask for, a slice a turn, and none is lost."""

from __future__ import annotations

from app.store.sweep import FEW, SLICE, Sweep

KEYS = {f"item-{number}@loc-{number % 7}".encode(): b"" for number in range(3 * SLICE)}


def sweep(keys: dict[bytes, bytes] = KEYS) -> Sweep:
    return Sweep(keys, lambda key: key.decode().split("@"))


def taken(found: Sweep) -> list[bytes]:
    keys = []
    while found:
        keys += found.take()
    return keys


def test_nothing_is_looked_for_where_nothing_changed() -> None:
    assert not sweep()
    assert sweep().take() == []


def test_the_keys_that_ask_for_an_id_are_found_once() -> None:
    found = sweep()
    found.add(["item-5", "nobody"])
    found.add(["loc-3"])
    expected = {key for key in KEYS if key.startswith(b"item-5@") or key.endswith(b"@loc-3")}
    keys = taken(found)
    assert set(keys) == expected
    assert len(keys) == len(expected)


def test_one_turn_looks_at_a_slice() -> None:
    found = sweep()
    found.add(None)
    assert len(found.take()) == SLICE
    assert found


def test_an_id_that_comes_in_the_middle_is_looked_for_among_all_keys() -> None:
    found = sweep()
    found.add(["nobody"])
    found.take()
    found.add(["loc-3"])
    assert set(taken(found)) == {key for key in KEYS if key.endswith(b"@loc-3")}


def test_keys_given_back_come_again_unless_they_are_gone() -> None:
    keys = dict(KEYS)
    found = sweep(keys)
    found.add(["loc-3"])
    first = found.take()
    found.give_back(first)
    del keys[first[0]]
    assert set(taken(found)) == {key for key in keys if key.endswith(b"@loc-3")}


def test_a_key_is_read_where_its_bytes_name_one_of_few_ids_and_nowhere_else() -> None:
    rows = {b"PO-1": b"..ITEM-7..", b"PO-2": b"..ITEM-8..", b"PO-3": b""}
    read = []

    def asks(key: bytes) -> tuple[str, ...]:
        read.append(key)
        return ("ITEM-7",)

    found = Sweep(rows, asks)
    found.add(["ITEM-7"])
    assert taken(found) == read == [b"PO-1"]


def test_many_ids_are_found_as_well() -> None:
    found = sweep()
    found.add(f"item-{number}" for number in range(FEW + 1))
    assert len(taken(found)) == FEW + 1
