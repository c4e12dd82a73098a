"""The road of one building permit: its diary until the fate it was given (committee_plan.py). Sittings themselves: meetings.py."""

from collections.abc import Callable
from datetime import date, timedelta

from components.operations.demonstration.committee_plan import SMALL
from components.operations.demonstration.roads import Road, working_day

CLAIM_TO_REFERRAL = 14  # days: the president's seven have passed, holidays included
IN_THE_CLERK_S_HANDS = ("new", "incomplete", "returned")
AT_ONCE = ("in_study", "listed", "convened")  # transmitted on the day of the deposit: some came in today


def write_building_diary(road: Road, people, today: date) -> None:
    """Lay the road out in days, none after today."""
    day, fate, rng = working_day(road.day), road.fate, road.rng

    def on(when: date, hour: int, act: Callable) -> bool:
        nonlocal day
        if when > today:
            return False
        day = when
        road.diary.setdefault((day, int(hour >= 12)), []).append((hour, act))
        return True

    def then(days: int, hour: int, act: Callable) -> bool:
        return on(working_day(day, days), hour, act)

    then(0, 8, people.fill_in)
    if fate == "draft":
        return
    then(0, 9, people.deposit)
    if fate in IN_THE_CLERK_S_HANDS:
        return
    if fate == "withdrawn":
        then(2, 16, people.withdraw)
        return
    if fate in ("asked", "unanswered", "answered"):
        then(1, 12, people.ask)
        then(0, 13, people.told)
        if fate == "answered":
            then(2, 13, people.answer)
            then(0, 15, people.transmit)
        return
    if road.sitting:
        then(0, 11, people.transmit)
        on(road.sitting, 8, people.members_speak)
        after_the_sitting(road, people, today, on, then)
        return
    if fate == "silent" and rng.random() < 0.3:
        return  # nobody even opened it
    then(0 if fate in AT_ONCE else rng.randint(0, 1), 11, people.transmit)
    if fate in ("claimed", "referred", "attested"):
        silence(road, people, today, on, then)
    elif fate in ("partly", "silent"):
        then(1, 14, people.some_members_speak)
    elif fate == "collected":
        then(1, 14, people.members_speak)
    elif fate == "minor":
        then(1, 15, people.ask_complement)
    elif fate == "remarked":
        then(1, 10, people.remark)
        then(1, 16, people.answer_remarks)


def after_the_sitting(road: Road, people, today: date, on: Callable, then: Callable) -> None:
    fate = road.fate
    if fate in ("escalated", "postponed"):
        return
    on(road.sitting, 15, people.minutes)
    if fate in ("signatures", "sealed", "binding", "reserved") or not then(1, 9, people.decide) or fate == "to_sign":
        return
    then(0, 13, people.sign)
    if fate == "modified":
        # A small project has few days left: its plans came in just now.
        on(working_day(today - timedelta(days=5 if road.procedure == SMALL else 8)), 10, people.answer)
        then(1, 14, people.some_members_speak)
    elif fate in ("appealed", "appealed_again"):
        then(4, 16, people.appeal)
        if fate == "appealed_again":
            then(15, 10, people.appeal_to_the_governor)
    elif fate in ("delivered", "revoked"):
        then(road.rng.randint(1, 3), 11, people.pay)
        if fate == "revoked":
            then(4, 10, people.revoke)
            then(0, 16, people.sign)


def silence(road: Road, people, today: date, on: Callable, then: Callable) -> None:
    """The applicant asks the president, then the governor, who attests."""
    if road.fate == "claimed":
        on(working_day(today - timedelta(days=5)), 10, people.claim)
        return
    if road.fate == "referred":
        referral = working_day(today - timedelta(days=6))
    else:
        referral = working_day(road.day + timedelta(days=(22 if road.procedure == SMALL else 40) + CLAIM_TO_REFERRAL))
    on(working_day(referral - timedelta(days=CLAIM_TO_REFERRAL)), 10, people.claim)
    on(referral, 10, people.refer)
    if road.fate == "referred" and road.place % 2:
        return  # the governor has not read it yet
    then(1, 10, people.ask_explanations)
    then(1, 14, people.explain)
    if road.fate == "attested":
        then(1, 10, people.attest)
        then(0, 14, people.sign_attestation)
        if road.place % 2:
            then(2, 11, people.pay)
