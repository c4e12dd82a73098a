"""Reads of views over /rest/v1."""

from __future__ import annotations

import psycopg
import pytest
from postgrest.exceptions import APIError


@pytest.fixture(scope="module")
def letters(amina):
    return lambda *columns, **options: amina.client.table("contract_letters").select(*(columns or ("id",)), **options)


def ids(query) -> list[int]:
    return [row["id"] for row in query.order("id").execute().data]


def test_columns_are_chosen_and_renamed(letters):
    assert letters("id", "name:title").eq("id", 1).execute().data == [{"id": 1, "name": "Permit"}]
    assert set(letters("*").eq("id", 1).execute().data[0]) >= {"id", "title", "kind", "payload"}


def test_values_keep_their_types(letters):
    row = letters("*").eq("id", 1).execute().data[0]
    assert row["weight"] == 1.5 and row["sent"] is True and row["tags"] == ["a", "b"] and row["payload"] == {"pages": 2}


@pytest.mark.parametrize(
    "narrow, expected",
    [
        (lambda q: q.eq("id", 2), [2]),
        (lambda q: q.neq("kind", "in"), [2]),
        (lambda q: q.gt("id", 3), [4]),
        (lambda q: q.gte("id", 3), [3, 4]),
        (lambda q: q.lt("sent_on", "2026-02-03"), [1]),
        (lambda q: q.lte("sent_on", "2026-02-03"), [1, 2]),
        (lambda q: q.like("title", "*mit"), [1]),
        (lambda q: q.like("title", "%MIT"), []),
        (lambda q: q.ilike("title", "%MIT%"), [1]),
        (lambda q: q.is_("kind", None), [3]),
        (lambda q: q.is_("sent", True), [1, 4]),
        (lambda q: q.not_.is_("kind", None), [1, 2, 4]),
        (lambda q: q.in_("id", [1, 4, 99]), [1, 4]),
        (lambda q: q.not_.in_("id", [1, 2]), [3, 4]),
        (lambda q: q.in_("title", ['A "quoted", title', "Letter (four)", "رخصة إصلاح"]), [2, 3, 4]),
        (lambda q: q.in_("id", []), []),
        (lambda q: q.eq("title", "Letter (four)"), [4]),
        (lambda q: q.eq("title", "رخصة إصلاح"), [2]),
        (lambda q: q.gt("id", 1).lt("id", 4), [2, 3]),
        (lambda q: q.not_.eq("id", 1).eq("kind", "in"), [4]),
    ],
)
def test_filters(letters, narrow, expected):
    assert ids(narrow(letters("id"))) == expected


def test_order_and_place_of_nulls(letters):
    def order(**options):
        return [row["id"] for row in letters("id").order("weight", **options).order("id").execute().data]

    assert order() == [1, 4, 2, 3]
    assert order(desc=True) == [3, 2, 4, 1]
    assert order(desc=True, nullsfirst=False) == [2, 4, 1, 3]
    assert order(nullsfirst=True) == [3, 1, 4, 2]


def test_pages(letters):
    assert [row["id"] for row in letters("id").order("id").range(1, 2).execute().data] == [2, 3]
    assert [row["id"] for row in letters("id").order("id").limit(1).offset(3).execute().data] == [4]
    assert letters("id").limit(0).execute().data == []


def test_the_range_header_pages_too(target, amina):
    headers = {"Authorization": f"Bearer {amina.client.auth.get_session().access_token}", "Range-Unit": "items", "Range": "1-2"}
    answer = target.request("GET", "/rest/v1/contract_letters?select=id&order=id", headers=headers)
    assert answer.json() == [{"id": 2}, {"id": 3}] and answer.headers["content-range"] == "1-2/*"


def test_the_exact_count_ignores_the_page(letters):
    answer = letters("id", count="exact").order("id").limit(2).execute()
    assert answer.count == 4 and len(answer.data) == 2


def test_a_count_alone_brings_no_rows(letters):
    answer = letters("id", count="exact", head=True).execute()
    assert answer.count == 4 and not answer.data


def test_a_page_after_the_end_is_told(letters):
    with pytest.raises(APIError) as caught:
        letters("id", count="exact").offset(100).execute()
    assert caught.value.code == "PGRST103"


def test_one_row_may_be_demanded(letters):
    assert letters("id").eq("id", 1).single().execute().data == {"id": 1}
    with pytest.raises(APIError) as caught:
        letters("id").single().execute()
    assert caught.value.code == "PGRST116"
    assert letters("id").eq("id", 99).maybe_single().execute() is None


def test_row_security_of_the_caller_holds(letters, target):
    assert ids(letters("id")) == [1, 2, 3, 4]
    with psycopg.connect(target.database_url) as connection:
        assert connection.execute("select title from public.contract_letter where id = 5").fetchone() == ("hidden",)
    assert letters("id").eq("id", 5).execute().data == []


def test_a_view_that_is_not_granted_is_refused(anonymous):
    with pytest.raises(APIError) as caught:
        anonymous.table("contract_letters").select("id").execute()
    assert caught.value.code == "42501"


def test_an_unknown_view_or_column_is_told(letters, amina):
    with pytest.raises(APIError) as caught:
        amina.client.table("contract_absent").select("*").execute()
    assert caught.value.code == "PGRST205"
    with pytest.raises(APIError) as caught:
        letters("absent").execute()
    assert caught.value.code == "42703"


def test_nonsense_is_refused(target, amina):
    headers = {"Authorization": f"Bearer {amina.client.auth.get_session().access_token}"}
    for query in ("id=near.1", "id=1", "order=id.sideways", "limit=many", "id=is.maybe", "id=in.1,2"):
        answer = target.request("GET", f"/rest/v1/contract_letters?{query}", headers=headers)
        assert answer.status_code == 400 and answer.json()["message"], query
