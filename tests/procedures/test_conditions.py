"""When a condition holds. Read the table: facts, condition, answer."""

import pytest

ANSWERS = {
    "kind": "person",
    "works": ["painting", "tiling"],
    "area": 12.5,
    "limit": 12.5,
    "start": "2026-08-31",
    "end": "2027-02-28",
    "yes": True,
    "blank": "   ",
    "number_as_text": "12.5",
    "rows": [{"kind": "table", "count": 4, "width": 0.8}, {"kind": "chair", "count": 16, "width": 0.4}],
    "no_rows": [],
}
FACTS = {
    "answers": ANSWERS,
    "settings": {"minimum": 1.5, "allowed": ["painting", "tiling", "plaster"], "months": 6, "most": {"person": 12.5, "company": 3}},
    "documents": {"photos": 2, "plan": 0},
    "today": "2026-11-23",
}

CASES = [
    # one answer
    ({"field": "kind", "equals": "person"}, True),
    ({"field": "kind", "equals": "company"}, False),
    ({"field": "kind", "not_equals": "company"}, True),
    ({"field": "kind", "in": ["company", "person"]}, True),
    ({"field": "kind", "in": ["company"]}, False),
    ({"field": "works", "contains": "tiling"}, True),
    ({"field": "works", "contains": "cracks"}, False),
    ({"field": "works", "within": ["painting", "tiling", "plaster"]}, True),
    ({"field": "works", "within": ["painting"]}, False),
    ({"field": "yes", "equals": True}, True),
    ({"field": "yes", "equals": "true"}, False),
    # numbers and dates, against literals, answers, settings, today
    ({"field": "area", "gt": 12}, True),
    ({"field": "area", "gt": 12.5}, False),
    ({"field": "area", "gte": 12.50}, True),
    ({"field": "area", "lt": 100}, True),
    ({"field": "area", "lte": {"field": "limit"}}, True),
    ({"field": "area", "lt": {"setting": "minimum"}}, False),
    ({"field": "number_as_text", "gt": 1}, False),
    ({"field": "end", "gt": {"field": "start"}}, True),
    ({"field": "start", "lt": {"today": True}}, True),
    ({"field": "end", "lt": {"today": True}}, False),
    # dates that move: 31 August plus six months is the last day of February
    ({"field": "end", "gt": {"field": "start", "plus": {"months": 6}}}, False),
    ({"field": "end", "gt": {"field": "start", "plus": {"months": {"setting": "months"}}}}, False),
    ({"field": "end", "gt": {"field": "start", "plus": {"days": 180}}}, True),
    ({"field": "end", "gt": {"field": "start", "plus": {"years": 1}}}, False),
    ({"field": "end", "gt": {"field": "kind", "plus": {"years": 1}}}, False),
    ({"field": "works", "within": {"setting": "allowed"}}, True),
    ({"setting": "minimum", "gt": 1}, True),
    # absence: nothing compares with it, `present` asks for it
    ({"field": "absent", "equals": "person"}, False),
    ({"field": "absent", "not_equals": "person"}, False),
    ({"not": {"field": "absent", "equals": "person"}}, True),
    ({"field": "absent", "present": False}, True),
    ({"field": "kind", "present": True}, True),
    ({"field": "blank", "present": True}, False),
    ({"field": "no_rows", "present": True}, False),
    ({"field": "area", "gt": {"field": "absent"}}, False),
    ({"field": "area", "gt": {"setting": "absent"}}, False),
    # together
    ({"all": [{"field": "kind", "equals": "person"}, {"field": "area", "gt": 100}]}, False),
    ({"any": [{"field": "kind", "equals": "company"}, {"field": "area", "gt": 1}]}, True),
    ({"not": {"any": [{"field": "kind", "equals": "company"}, {"field": "area", "gt": 100}]}}, True),
    # documents
    ({"document": "photos", "present": True}, True),
    ({"document": "plan", "present": True}, False),
    ({"document": "unheard_of", "present": False}, True),
    # rows
    ({"table": "rows", "some": {"column": "count", "gt": 10}}, True),
    ({"table": "rows", "every": {"column": "count", "gt": 10}}, False),
    ({"table": "rows", "every": {"column": "count", "gte": 4}}, True),
    ({"table": "rows", "some": {"all": [{"column": "kind", "equals": "table"}, {"column": "count", "gt": 10}]}}, False),
    ({"table": "rows", "some": {"column": "width", "lt": {"field": "area"}}}, True),
    ({"table": "rows", "some": {"all": [{"field": "kind", "equals": "person"}, {"column": "kind", "equals": "chair"}]}}, True),
    ({"table": "no_rows", "every": {"column": "count", "gt": 0}}, False),
    ({"table": "no_rows", "some": {"column": "count", "gt": 0}}, False),
    ({"table": "kind", "some": {"column": "count", "gt": 0}}, False),
    ({"sum": "rows.count", "equals": 20}, True),
    ({"sum": "rows.count", "gt": 20}, False),
    ({"sum": "no_rows.count", "gte": 0}, False),
    # a number looked up by an answer, on either side; without an entry, what stands under otherwise, or nothing
    ({"lookup": {"setting": "most", "answer": "kind"}, "equals": 12.5}, True),
    ({"lookup": {"setting": "most", "answer": "kind"}, "lt": {"field": "area"}}, False),
    ({"field": "area", "lte": {"lookup": {"setting": "most", "answer": "kind"}}}, True),
    ({"lookup": {"setting": "most", "answer": "absent", "otherwise": 0}, "equals": 0}, True),
    ({"lookup": {"setting": "absent", "answer": "kind", "otherwise": 0}, "lt": 1}, True),
    ({"lookup": {"setting": "most", "answer": "absent"}, "present": True}, False),
    ({"field": "area", "gt": {"lookup": {"setting": "most", "answer": "absent"}}}, False),
    # a share of another answer; nothing of a missing one or of a word
    ({"field": "area", "lte": {"field": "limit", "times": 1}}, True),
    ({"field": "area", "gt": {"field": "limit", "times": 0.02}}, True),
    ({"field": "area", "gt": {"field": "absent", "times": 0.02}}, False),
    ({"field": "area", "gt": {"field": "kind", "times": 2}}, False),
    # none at all, and a constant
    (None, True),
    (True, True),
    (False, False),
]


@pytest.mark.parametrize("condition, expected", CASES, ids=lambda value: str(value)[:90])
def test_a_condition_holds_or_not(judge, condition, expected):
    if condition is None:
        assert judge.owner.value("select app.holds_condition(null, '{}')") is True
    else:
        assert judge.holds(condition, FACTS) is expected
