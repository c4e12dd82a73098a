"""The signed-in person's requests: first those that wait for them, each with what to do next."""

from components.permits import filing
from components.ui import dossier_cards, links, parts, session
from components.ui.words import t

visit = session.require_person()
parts.title(t("dossier.list_title"), t("dossier.list_lead"))

# Load
listed = filing.my_dossiers(visit.client)

# Choose
links.link("catalogue", t("dossier.new_request"), ":material/add:")
if not listed:
    parts.nothing_here(t("dossier.list_empty"))

# Show
groups = {"mine": [], "running": [], "over": []}
for line in listed:
    groups[dossier_cards.group_of(line)].append(line)
for name, lines in groups.items():
    if lines:
        parts.header(t(f"dossier.group_{name}", count=len(lines)))
        for line in lines:
            dossier_cards.card(line)
