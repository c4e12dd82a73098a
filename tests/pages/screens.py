"""Reading a page that AppTest has run, by the words that people see."""

from html import unescape

from components.permits.texts import translate
from tests import hall


def fine(app):
    assert not app.exception, app.exception[0].message
    return app


def said(app):
    headings, notices = (app.title, app.header, app.subheader), (app.info, app.warning, app.error, app.success)
    return "\n".join(str(one.value) for kind in (*headings, *notices, app.markdown, app.caption, app.text) for one in kind)


def html(app):
    return unescape("\n".join(one.body for one in app.get("html")))


def t(key, lang="ar", **values):
    return translate(key, lang, **values)


def press(app, key, lang="ar"):
    return fine(next(one for one in app.button if one.label == t(key, lang)).click().run())


def seat(world, dossier, who):
    return hall.seats(world, dossier)[hall.role_of(who)]["id"]


def opinion_of(world, dossier, who):
    return world.owner.rows("select * from app.opinion where seat_id = %s", seat(world, dossier, who))


def choose(app, key, value):
    return fine(app.radio(key=key).set_value(value).run())


def at_the_plans(dossier):
    """What the browser session holds of somebody who looks at the plans of this dossier."""
    return {"member_dossier": dossier, "member_tabs": t("committee.tab_plans")}
