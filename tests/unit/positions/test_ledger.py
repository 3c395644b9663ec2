"""What the ledger says, case by case, as the contract tells it."""

from __future__ import annotations

from app.domain.codes import EntryKind, StockStatus
from app.domain.outputs import CorrectedInventory
from app.domain.policy import Policy
from app.domain.positions.state import COUNTS_MOST
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, HOUR, KEY, MINUTE, START, folded, moved, summed


def entries(*story: object) -> list[CorrectedInventory]:
    following = Following(POSITIONS)
    following.follow(KEY, story)  # type: ignore[arg-type]
    return following.ledger


def said(ledger: list[CorrectedInventory]) -> list[tuple[str, int, int, int]]:
    """(kind, minutes after START, delta, balance after), in whole units."""
    return [
        (e.kind.value, (e.effective_time - START) // MINUTE, e.delta // 10_000, e.balance_after // 10_000)
        for e in ledger
    ]


def test_a_movement_publishes_its_delta() -> None:
    assert said(entries(moved("a", quantity=7))) == [("MOVEMENT", 0, 7, 7)]


def test_a_late_issue_before_a_count_corrects_the_count() -> None:
    ledger = entries(
        moved("r", quantity=20),
        moved("c", "COUNT_SET", 18, at=30 * MINUTE),
        moved("i", "ISSUE", 5, at=10 * MINUTE, recorded=60 * MINUTE),
    )
    assert said(ledger)[1:] == [("MOVEMENT", 30, -2, 18), ("MOVEMENT", 10, -5, 13), ("CORRECTION", 30, 5, 18)]
    assert ledger[3].corrects == ledger[1].entry_id and ledger[3].caused_by == "i"


def test_a_late_count_books_only_what_was_missing_at_its_time() -> None:
    ledger = entries(
        moved("r", quantity=20),
        moved("i", "ISSUE", 5, at=30 * MINUTE),
        moved("c", "COUNT_SET", 18, at=10 * MINUTE, recorded=60 * MINUTE),
    )
    assert said(ledger)[2] == ("MOVEMENT", 10, -2, 13)


def test_an_all_lots_count_books_on_the_null_lot() -> None:
    ledger = entries(
        moved("a", quantity=5, lot="A"),
        moved("b", quantity=5, lot="B"),
        moved("c", "COUNT_SET", 8, at=MINUTE, all_lots=True),
    )
    assert (ledger[2].lot, ledger[2].delta, ledger[2].balance_after) == (None, -20_000, -20_000)


def test_a_cancelled_receipt_publishes_the_reverse_at_its_own_time() -> None:
    ledger = entries(moved("r", quantity=7), moved("x", purpose="CANCEL", supersedes="r", at=HOUR))
    assert said(ledger) == [("MOVEMENT", 0, 7, 7), ("CORRECTION", 0, -7, 0)]
    assert ledger[1].corrects == ledger[0].entry_id


def test_a_movement_that_was_cancelled_before_it_came_publishes_nothing_but_its_place() -> None:
    ledger = entries(moved("x", purpose="CANCEL", supersedes="r"), moved("r", quantity=7, recorded=HOUR))
    assert said(ledger) == [("MOVEMENT", 0, 0, 0)]


def test_cancelling_a_replacement_does_not_revive_the_original() -> None:
    ledger = entries(
        moved("r", quantity=7),
        moved("s", quantity=9, purpose="REPLACE", supersedes="r", recorded=MINUTE),
        moved("x", purpose="CANCEL", supersedes="s", recorded=HOUR),
    )
    assert sum(e.delta for e in ledger) == 0


def test_a_late_issue_before_a_count_in_the_annex_changes_no_balance_though_the_newer_counts_were_cancelled() -> None:
    counts = [moved(f"c{n}", "COUNT_SET", 10 + n, at=n * HOUR) for n in range(1, COUNTS_MOST + 2)]
    last = counts[-1]
    story = [
        *counts,
        moved("x", purpose="CANCEL", supersedes=last.event_id, at=DAY),
        moved("i", "ISSUE", 5, at=HOUR // 2, recorded=2 * DAY),
    ]
    ledger = entries(*story)
    assert summed(ledger) == folded(story) == {("EA", StockStatus.AVAILABLE, ""): (10 + COUNTS_MOST) * 10_000}


def test_reservations_change_what_is_reserved_and_not_what_is_there() -> None:
    following = Following(POSITIONS)
    following.follow(KEY, [moved("r", quantity=9), moved("s", "RESERVE", 4), moved("t", "RELEASE", 1)])
    view = following.view(KEY)
    assert (view["on_hand"], view["reserved"], len(following.ledger)) == ("9", "3", 1)


def test_stock_statuses_are_kept_apart() -> None:
    following = Following(POSITIONS)
    following.follow(
        KEY,
        [
            moved("r", quantity=9),
            moved("o", "TRANSFER_OUT", 2, transfer_id="t"),
            moved("i", "TRANSFER_IN", 2, transfer_id="t", stock_status="QUARANTINE"),
        ],
    )
    assert following.view(KEY)["on_hand"] == "7"
    assert [(b["stock_status"], b["quantity"]) for b in following.view(KEY)["balances"]] == [
        ("AVAILABLE", "7"),
        ("QUARANTINE", "2"),
    ]


def test_a_held_movement_is_in_no_balance_and_says_nothing() -> None:
    following = Following(POSITIONS)
    following.follow(KEY, [moved("a", quantity=5, at=100 * DAY, recorded=0)])
    assert following.ledger == [] and following.view(KEY)["on_hand"] == "0"
    assert following.open_codes(KEY) == ["IMPLAUSIBLE_TIME"]


def test_a_repeat_changes_nothing_and_says_nothing() -> None:
    following = Following(POSITIONS)
    following.follow(KEY, [moved("a", quantity=5), moved("a", quantity=5, recorded=HOUR)])
    assert len(following.ledger) == 1 and following.tally.marks["duplicate"] == 1


def test_a_number_that_comes_again_under_another_id_counts_once() -> None:
    following = Following(POSITIONS)
    following.follow(KEY, [moved("a", quantity=5, source_seq=1), moved("b", quantity=5, source_seq=1, recorded=HOUR)])
    assert following.view(KEY)["on_hand"] == "5" and len(following.ledger) == 1


def test_the_version_counts_accepted_records_only() -> None:
    ledger = entries(moved("a"), moved("a", recorded=MINUTE), moved("b", recorded=HOUR))
    assert [e.state_version for e in ledger] == [1, 2]


def test_mixed_units_have_no_common_balance() -> None:
    following = Following(POSITIONS)
    following.follow(KEY, [moved("a", quantity=5), moved("b", uom="XCS")])
    view = following.view(KEY)
    assert view["on_hand"] is None and [b["uom"] for b in view["balances"]] == ["EA", "XCS"]


def test_every_entry_of_a_fresh_position_names_its_movement_kind() -> None:
    assert {e.kind for e in entries(moved("a"), moved("b", "ISSUE"))} == {EntryKind.MOVEMENT}


def test_a_year_of_counts_is_corrected_as_exactly_as_a_day() -> None:
    """Counts move to the annex and entries into segments; a late issue before all of them still finds its place."""
    story = [moved(f"c{n}", "COUNT_SET", n % 7, at=n * DAY) for n in range(60)]
    story += [moved(f"i{n}", "ISSUE", 1, at=n * DAY + HOUR) for n in range(60)]
    story.sort(key=lambda e: e.event_time)
    late = [
        moved("late", "ISSUE", 3, at=2 * DAY + MINUTE, recorded=61 * DAY),
        moved("late-count", "COUNT_SET", 5, at=30 * DAY + 2 * HOUR, recorded=62 * DAY),
        moved("x", purpose="CANCEL", supersedes="c40", at=63 * DAY),
    ]
    following = Following(POSITIONS)
    following.follow(KEY, [*story, *late])
    for day in range(0, 64, 3):
        assert summed(following.ledger, START + day * DAY) == folded([*story, *late], START + day * DAY)


def test_what_fell_behind_the_horizon_is_let_go_and_what_remains_stays_exact() -> None:
    policy = Policy(horizon=10 * DAY)
    following = Following(POSITIONS, policy)
    story = [
        moved(f"e{n}", "COUNT_SET" if n % 5 == 0 else "ISSUE", 2, at=n * DAY // 4, source_seq=n + 1) for n in range(400)
    ]
    following.follow(KEY, story)
    assert len(list(following.partition.read(KEY.encode()).every())) < 200
    assert summed(following.ledger) == folded(story)
    assert following.tally.marks["beyond_horizon"] == 0
