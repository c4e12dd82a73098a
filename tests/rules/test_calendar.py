"""Counting days: full days, working days, calendar days, against the worked examples of the law."""

from datetime import date, timedelta

import psycopg
import pytest


@pytest.mark.parametrize(
    ("start", "days", "counted", "end", "because"),
    [
        ("2026-01-05", 15, "full_days", "2026-01-21", "the first and the last day do not count"),
        ("2026-01-05", 30, "full_days", "2026-02-05", "full days run through the month's end"),
        ("2026-01-05", 60, "full_days", "2026-03-09", "Saturday 7 March moves to Monday"),
        ("2026-01-09", 15, "full_days", "2026-01-26", "Sunday 25 January moves to Monday"),
        ("2026-04-20", 10, "full_days", "2026-05-04", "1 May is off, then comes the weekend"),
        ("2026-01-05", 3, "working_days", "2026-01-08", "the day of deposit does not count"),
        ("2026-01-09", 3, "working_days", "2026-01-15", "14 January is off"),
        ("2026-01-05", 15, "working_days", "2026-01-27", "three weekends and 14 January"),
        ("2026-10-28", 5, "working_days", "2026-11-04", "31 October is a Saturday"),
        ("2026-10-28", 10, "working_days", "2026-11-12", "6 November is off"),
        ("2026-01-10", 1, "working_days", "2026-01-12", "from a Saturday, Monday is the first working day"),
        ("2026-01-11", 1, "working_days", "2026-01-12", "a holiday on a Sunday changes nothing"),
        ("2026-01-05", 5, "calendar_days", "2026-01-12", "Saturday 10 January moves to Monday"),
        ("2026-01-06", 5, "calendar_days", "2026-01-12", "Sunday 11 January moves to Monday"),
        ("2026-01-07", 5, "calendar_days", "2026-01-12", "Monday is a working day"),
        ("2026-08-10", 10, "calendar_days", "2026-08-24", "20 and 21 August are off, then comes the weekend"),
        ("2028-02-25", 3, "full_days", "2028-02-29", "29 February exists in 2028"),
        ("2026-12-24", 5, "working_days", "2026-12-31", "the year's end"),
        ("2026-12-24", 6, "working_days", "2027-01-04", "1 January 2027 is off"),
    ],
)
def test_a_period_ends(calendar, start, days, counted, end, because):
    assert calendar.value("select app.add_days(%s, %s, %s)", start, days, counted) == date.fromisoformat(end), because


@pytest.mark.parametrize(
    ("start", "days", "last_counted"),
    [("2026-01-05", 15, "2026-01-20"), ("2026-01-05", 30, "2026-02-04"), ("2026-01-05", 60, "2026-03-06"),
     ("2026-01-09", 15, "2026-01-24"), ("2026-04-20", 10, "2026-04-30")],
)
def test_the_ledger_names_the_last_counted_day(calendar, start, days, last_counted):
    ledger = calendar.value(
        "select app.clock_ledger(%s::jsonb, %s::jsonb)",
        f'[{{"seq": 1, "kind": "start", "day": "{start}", "cause": "deposit", "article": ""}}]',
        f'{{"legal": {{"days": {days}, "counted": "full_days"}}}}',
    )
    counted = [line["day"] for line in ledger["days"] if line["legal"] == "counted"]
    assert (len(counted), counted[-1]) == (days, last_counted)


def test_named_functions_agree(calendar):
    assert calendar.value("select app.full_days_end('2026-01-05', 15)") == date(2026, 1, 21)
    assert calendar.value("select app.add_working_days('2026-01-09', 3)") == date(2026, 1, 15)
    assert calendar.value("select app.working_days_between('2026-01-09', '2026-01-15')") == 3
    assert calendar.value("select app.working_days_between('2026-01-15', '2026-01-09')") == -3


def test_the_index_agrees_with_walking_the_calendar_day_by_day(calendar):
    """Every start of two years, against a loop in Python over the same holidays."""
    holidays = {row["day"] for row in calendar.rows("select day from app.holiday")}

    def works(day):
        return day.isoweekday() < 6 and day not in holidays

    def walk(day, days):
        while days:
            day += timedelta(1)
            days -= works(day)
        return day

    for row in calendar.rows(
        """select d::date as day, n, app.add_working_days(d::date, n) as found
             from generate_series('2026-01-01'::timestamp, '2027-12-31', '1 day') d, unnest(array[1, 2, 3, 10, 15]) n"""
    ):
        assert row["found"] == walk(row["day"], row["n"])


def test_a_period_beyond_the_calendar_fails_aloud(calendar):
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="2015 to 2060"):
        calendar.value("select app.add_working_days('2060-12-30', 10)")
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="2015 to 2060"):
        calendar.value("select app.full_days_end('2060-12-30', 10)")
