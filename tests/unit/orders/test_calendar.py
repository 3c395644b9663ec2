"""Business days, and the deadlines that count in them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.domain.calendar import business_days_after, business_time_after, is_business_day, known_country
from app.domain.policy import Policy
from app.settings import load
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import DAY, HOUR, PO, START, TODAY, acked, line, ordered, shipped, status
from tests.support.following import Following


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


AFTER = {  # from, how many, where, the day
    "a day of the week": ("2026-02-03", 1, "", "2026-02-04"),
    "over a weekend": ("2026-02-06", 1, "", "2026-02-09"),
    "from within a weekend": ("2026-02-07", 1, "", "2026-02-09"),
    "three over a weekend": ("2026-02-05", 3, "", "2026-02-10"),
    "none": ("2026-02-07", 0, "", "2026-02-07"),
    "over a holiday": ("2026-07-02", 1, "US", "2026-07-06"),
    "a holiday of a part of a country": ("2026-04-17", 1, "US-MA", "2026-04-21"),  # Patriots' Day
    "the holiday of another country": ("2026-07-02", 1, "DE", "2026-07-03"),
    "another country's weekend": ("2026-02-05", 1, "SA", "2026-02-08"),
    "over the turn of the year": ("2025-12-31", 1, "US", "2026-01-02"),
}


@pytest.mark.parametrize("case", AFTER)
def test_business_days_leave_out_weekends_and_holidays(case: str) -> None:
    begin, count, country, end = AFTER[case]
    assert business_days_after(day(begin), count, country) == day(end)


@pytest.mark.parametrize("far", [-(2**31), 2**31 - 1])
def test_days_that_no_calendar_knows_have_weekends_all_the_same(far: int) -> None:
    assert sum(is_business_day(far + n, "US") for n in range(7)) == 5


def test_a_country_that_no_calendar_knows_is_refused_where_it_is_set() -> None:
    assert load({}, {"calendar_country": "US"}).policy.calendar_country == "US"
    with pytest.raises(ValueError, match="write its two letters"):
        known_country("Utopia")
    with pytest.raises(Exception, match="calendar_country: 'Utopia' is no country"):
        load({}, {"calendar_country": "Utopia"})
    with pytest.raises(Exception, match="more than 366"):
        load({}, {"overdue_business_days": "367"})


def opened_at(*story: object, code: str = "OVERDUE", policy: Policy | None = None) -> list[int]:
    """Hours from START's midnight until the alert."""
    following = Following.told(PURCHASE_ORDERS, PO, story, 40 * DAY, policy)  # type: ignore[arg-type]
    found = [alert for alert in following.alerts if alert.code == code and alert.state == "OPEN"]
    return [(alert.first_seen - START + 12 * HOUR) // HOUR for alert in found]


def needed(by: int) -> object:
    return ordered("o1", line("10", 10, need_by=by))


def test_a_line_is_overdue_when_the_next_business_day_is_over_where_the_order_was_written() -> None:
    assert opened_at(needed(TODAY + 2)) == [4 * 24]
    assert opened_at(needed(TODAY + 5)) == [9 * 24]
    assert opened_at(needed(TODAY + 2), policy=Policy(overdue_business_days=0)) == [3 * 24]
    west = ordered("o1", line("10", 10, need_by=TODAY + 2), tz_offset_minutes=-300)
    assert opened_at(west) == [4 * 24 + 5]


def test_holidays_give_a_line_more_time_where_a_country_is_set() -> None:
    presidents_day = day("2026-02-16")
    assert opened_at(needed(presidents_day - 3), policy=Policy(calendar_country="US")) == [17 * 24]
    assert opened_at(needed(presidents_day - 3)) == [16 * 24]


def test_a_promise_counts_before_the_day_of_need_and_a_day_of_departure_only_where_it_is_later() -> None:
    promised = {"10": [status("DR", 10, date=TODAY + 2)]}
    leaves = {"10": [status("DR", 10, date=TODAY + 2, date_qualifier="010")]}
    assert opened_at(needed(TODAY + 10), acked(codes=promised)) == [4 * 24]
    assert opened_at(needed(TODAY + 10), acked(codes=leaves)) == [12 * 24]
    assert opened_at(needed(TODAY + 1), acked(codes=leaves)) == [4 * 24]


def test_an_answer_is_due_within_hours_of_business_days_where_that_is_set() -> None:
    electronic = Policy(ack_business_days=True, ack_electronic=True)
    assert opened_at(ordered(), code="ACK_STUCK") == [36]  # written on Sunday at noon
    assert opened_at(ordered(), code="ACK_STUCK", policy=Policy(ack_business_days=True)) == [48]
    assert opened_at(ordered(), code="ACK_STUCK", policy=electronic) == [26, 26]  # the breach rises
    friday = ordered(at=5 * DAY, tz_offset_minutes=-240)
    assert opened_at(friday, code="ACK_STUCK", policy=Policy(ack_business_days=True)) == [8 * 24 + 12]


TIMES = {  # from, hours, minutes of offset, the time
    "over a weekend": ("2026-02-06T12:00", 24, 0, "2026-02-09T12:00"),
    "to the end of a day": ("2026-02-06T12:00", 12, 0, "2026-02-07T00:00"),
    "from within a weekend": ("2026-02-07T12:00", 2, 0, "2026-02-09T02:00"),
    "none within a weekend": ("2026-02-07T12:00", 0, 0, "2026-02-09T00:00"),
    "where it is still Friday": ("2026-02-07T02:00", 2, -300, "2026-02-07T04:00"),
    "more than a year": ("2026-02-07T00:00", 24 * 400, 0, "2027-03-14T00:00"),
}


@pytest.mark.parametrize("case", TIMES)
def test_hours_of_business_days_leave_out_the_rest(case: str) -> None:
    begin, hours, offset, end = TIMES[case]
    first, last = (int(datetime.fromisoformat(f"{t}+00:00").timestamp() * 1000) for t in (begin, end))
    assert business_time_after(first, hours * HOUR, offset) == last


def test_a_line_that_is_due_no_day_is_never_overdue() -> None:
    assert opened_at(ordered()) == []


def test_a_line_is_overdue_again_when_the_new_day_passes_too() -> None:
    later = acked(codes={"10": [status("DR", 10, date=TODAY + 9)]}, at=6 * DAY)
    assert opened_at(needed(TODAY + 2), later) == [4 * 24, 11 * 24]


def test_what_is_refused_does_not_come_and_is_not_overdue() -> None:
    assert opened_at(needed(TODAY + 2), acked(codes={"10": [status("IR")]})) == []
    assert opened_at(needed(TODAY + 2), acked(codes={"10": [status("IA", 4), status("IR", 6)]})) == [4 * 24]


def test_a_carrier_s_later_day_gives_a_shipment_more_time() -> None:
    later = shipped("m1", shipment_id="SHIP-s1", kind="MILESTONE", eta=TODAY + 4, goods={}, at=DAY)
    assert opened_at(ordered(), shipped(eta=TODAY + 2), code="NOT_RECEIVED") == [6 * 24]
    assert opened_at(ordered(), shipped(eta=TODAY + 2), later, code="NOT_RECEIVED") == [10 * 24]
