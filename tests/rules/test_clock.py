"""The statutory clock: what starts, suspends, resumes, extends and stops it, and what each day of the ledger is.

All dates lie in 2026 with its fixed holidays only (tests/rules/conftest.py): 1, 11 and 14 January are off.
"""

import json
from datetime import date

import pytest

FIFTEEN = {"legal": {"days": 15, "counted": "full_days"}}
REPAIR = {"legal": {"days": 10, "counted": "working_days"}, "sector": {"days": 5, "counted": "calendar_days", "on_request": "suspend"}}
PLANS = {"legal": {"days": 15, "counted": "full_days"}, "sector": {"days": 5, "counted": "calendar_days", "on_request": "restart"}}
CAP = {"days": 60, "counted": "full_days"}
START = ("start", "01-05")  # Monday 5 January: the file is complete


def events(*acts):
    """(kind, month-day[, new end]) -> what app.clock_fold reads."""
    lines = []
    for n, (kind, month_day, *end) in enumerate(acts, 1):
        lines.append({"seq": n, "kind": kind, "day": f"2026-{month_day}", "cause": f"act_{n}", "article": f"art. {n}"})
        lines[-1]["legal_end"] = end and f"2026-{end[0]}" or None
    return json.dumps(lines)


@pytest.fixture(scope="module")
def clock(calendar):
    def run(clocks, *acts):
        return calendar.rows("select * from app.clock_fold(%s::jsonb, %s::jsonb)", events(*acts), json.dumps(clocks))[0]

    return run


@pytest.fixture(scope="module")
def ledger(calendar):
    def run(clocks, *acts, until=None):
        until = until and f"2026-{until}"
        return calendar.value("select app.clock_ledger(%s::jsonb, %s::jsonb, %s::date)", events(*acts), json.dumps(clocks), until)

    return run


def day(text):
    return text and date.fromisoformat(f"2026-{text}")


# legal end, sector end, end of the first half, days left while suspended
CASES = [
    ("nothing before the file is complete", FIFTEEN, [], None, None, None, None),
    ("an answer before the start changes nothing", FIFTEEN, [("resume", "01-05")], None, None, None, None),
    ("fifteen full days", FIFTEEN, [START], "01-21", None, "01-12", None),
    ("ten working days, and five calendar days inside", REPAIR, [START], "01-20", "01-12", "01-12", None),
    ("a request freezes what is left", FIFTEEN, [START, ("suspend", "01-10")], None, None, None, 11),
    ("the answer gives it back", FIFTEEN, [START, ("suspend", "01-09"), ("resume", "01-20")], "02-02", None, "01-23", None),
    ("an end on a Saturday moves to Monday", FIFTEEN, [START, ("suspend", "01-10"), ("resume", "01-20")], "02-02", None, "01-22", None),
    ("asked and answered the same day, nothing moves", FIFTEEN, [START, ("suspend", "01-09"), ("resume", "01-09")],
     "01-21", None, "01-12", None),
    ("a first half that was over stays over", FIFTEEN, [START, ("suspend", "01-13"), ("resume", "01-20")], "01-28", None, "01-12", None),
    ("even while suspended", FIFTEEN, [START, ("suspend", "01-13")], None, None, "01-12", 8),
    ("a second request while suspended adds nothing", FIFTEEN,
     [START, ("suspend", "01-09"), ("suspend", "01-15"), ("resume", "01-20")], "02-02", None, "01-23", None),
    ("two suspensions add up", FIFTEEN,
     [START, ("suspend", "01-06"), ("resume", "01-08"), ("suspend", "01-09"), ("resume", "01-12")], "01-26", None, "01-17", None),
    ("a request after the end suspends nothing", FIFTEEN, [START, ("suspend", "01-22")], "01-21", None, "01-12", None),
    ("a request on the last day leaves nothing", FIFTEEN, [START, ("suspend", "01-21"), ("resume", "01-31")], "02-02", None, "01-12", None),
    ("working days are frozen as working days", REPAIR, [START, ("suspend", "01-09")], None, None, None, 6),
    ("and given back as working days", REPAIR, [START, ("suspend", "01-09"), ("resume", "01-20")], "01-28", "01-23", "01-21", None),
    ("the sector's days resume with the legal ones", REPAIR, [START, ("suspend", "01-07"), ("resume", "01-09")],
     "01-22", "01-15", "01-15", None),
    ("modified plans: the sector starts from zero, the legal clock does not", PLANS,
     [START, ("suspend", "01-09"), ("resume", "01-20")], "02-02", "01-26", "01-23", None),
    ("so does an act that restarts it", REPAIR, [START, ("suspend", "01-09"), ("restart", "01-20")], "01-28", "01-26", "01-21", None),
    ("a restart while running leaves the legal clock alone", REPAIR, [START, ("restart", "01-08")], "01-20", "01-13", "01-12", None),
    ("one extension to a notified date", FIFTEEN, [START, ("extend", "01-16", "02-07")], "02-09", None, "01-12", None),
    ("a suspension after an extension", FIFTEEN, [START, ("extend", "01-06", "02-10"), ("suspend", "01-09"), ("resume", "01-12")],
     "02-13", None, "01-15", None),
    ("a decision stops the clock", FIFTEEN, [START, ("stop", "01-15"), ("suspend", "01-16"), ("extend", "01-16", "03-02")],
     "01-21", None, "01-12", None),
    ("a decision while suspended leaves no end", FIFTEEN, [START, ("suspend", "01-09"), ("stop", "01-15"), ("resume", "01-16")],
     None, None, None, 12),
    ("a new start after a stop counts afresh", FIFTEEN, [START, ("stop", "01-15"), ("start", "01-20")], "02-05", None, "01-27", None),
    ("sixty full days are the longest", {"legal": {"days": 75, "counted": "full_days"}, "cap": CAP}, [START], "03-09", None, "02-04", None),
    ("however they are counted", {"legal": {"days": 50, "counted": "working_days"}, "cap": CAP}, [START], "03-09", None, "02-04", None),
    ("the cap waits during a suspension too", {"legal": {"days": 75, "counted": "full_days"}, "cap": CAP},
     [START, ("suspend", "01-09"), ("resume", "01-19")], "03-19", None, "02-14", None),
    ("a shorter period is not capped", {"legal": {"days": 30, "counted": "full_days"}, "cap": CAP}, [START], "02-05", None, "01-20", None),
]


@pytest.mark.parametrize(("name", "clocks", "acts", "legal", "sector", "half", "left"), CASES, ids=[case[0] for case in CASES])
def test_where_the_clocks_stand(clock, name, clocks, acts, legal, sector, half, left):
    found = clock(clocks, *acts)
    assert [found[key] for key in ("legal_end", "sector_end", "half_on", "remaining")] == [day(legal), day(sector), day(half), left]


@pytest.mark.parametrize(("name", "clocks", "acts"), [case[:3] for case in CASES if case[2][:1] == [START]])
def test_every_day_of_the_ledger_has_one_state_and_its_act(ledger, name, clocks, acts):
    book = ledger(clocks, *acts, until="04-15")
    days = every_day("2026-01-05", "2026-04-15")
    assert [line["day"] for line in book["days"]] == days
    assert {line["legal"] for line in book["days"]} <= {"counted", "not_counted", "suspended", "after"}
    assert all(line["article"].startswith("art. ") for line in book["days"])
    for which in clocks.keys() - {"cap"}:
        covered = [day for s in book["segments"] if s["clock"] == which for day in every_day(s["from"], s["to"])]
        assert covered == days, f"the segments of the {which} clock overlap or leave a hole"


def every_day(first, last):
    first, last = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    return [date.fromordinal(n).isoformat() for n in range(first, last + 1)]


def states(book, clock="legal"):
    return {line["day"][5:]: (line[clock], line["why" if clock == "legal" else "sector_why"]) for line in book["days"]}


def test_the_ledger_of_full_days_counts_each_day_but_the_first_and_the_last(ledger):
    book = states(ledger(FIFTEEN, START))
    assert book["01-05"] == ("not_counted", "first_day")
    assert book["01-10"] == book["01-11"] == book["01-14"] == ("counted", "counted")  # weekends and holidays count in full days
    assert book["01-21"] == ("not_counted", "last_day")
    assert len(book) == 17


def test_the_ledger_of_working_days_says_why_a_day_does_not_count(ledger):
    book = ledger(REPAIR, START, until="01-23")
    legal = states(book)
    assert legal["01-10"] == ("not_counted", "weekend") and legal["01-14"] == ("not_counted", "holiday")
    assert [d for d, (kind, _) in legal.items() if kind == "counted"][-1] == "01-20"
    assert legal["01-21"] == ("after", "ended")
    assert next(line["holiday"] for line in book["days"] if line["day"] == "2026-01-14") == {"fr": "férié", "ar": "عطلة"}
    assert states(book, "sector")["01-11"] == ("not_counted", "holiday")  # the end, Saturday 10, moved to Monday 12


def test_the_days_of_a_suspension_name_the_request_and_its_article(ledger):
    book = ledger(FIFTEEN, START, ("suspend", "01-09"), ("resume", "01-20"))
    suspended = [line for line in book["days"] if line["legal"] == "suspended"]
    assert (suspended[0]["day"], suspended[-1]["day"]) == ("2026-01-10", "2026-01-20")
    assert {(line["event"], line["article"]) for line in suspended} == {("act_2", "art. 2")}
    # Twelve days were left, the day of the end among them: it moved from Sunday to Monday.
    counted = [line["day"] for line in book["days"] if line["legal"] == "counted"]
    assert (len(counted), counted[-1]) == (15, "2026-01-31")
    assert book["days"][-1] == {"day": "2026-02-02", "legal": "not_counted", "why": "last_day", "event": "act_3", "article": "art. 3"}


def test_after_the_decision_no_day_counts(ledger):
    book = ledger(FIFTEEN, START, ("stop", "01-15"), until="01-25")
    assert states(book)["01-15"] == ("counted", "counted")
    assert {states(book)[f"01-{n}"] for n in range(16, 26)} == {("after", "stopped")}
    assert [s["state"] for s in book["segments"]] == ["not_counted", "running", "stopped"]
