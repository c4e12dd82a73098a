"""The demonstration province: people, and dossiers in every state, lived through the same functions as everybody's.

    python -m components.operations.demonstration

    people.py           accounts, offices, powers: one named account per role in one commune, an agent and a president in the others
    answers.py          plausible requests: names, places, works, terraces (deterministic); buildings.py: building projects
    files.py            small scanned-looking papers to attach; drawings.py: plans
    plan.py             which dossiers, where, when, and the fate of each: the same ones for the same day;
    committee_plan.py   the same of building permits, and the days on which the committees sit
    roads.py            what happens to a dossier, day by day, until the fate it was given; building_roads.py: to a building permit
    opinions.py         what the members of a committee think of it
    cast.py             the functions of the API, called by each person under their own name
    counter.py          what each person does with them; building_counter.py: about building permits
    meetings.py         the committees: called, sitting, and what lies ahead
    living.py           a commune's dossiers lived together, half a day at a time; how far it came is kept
    pens.py             signing keys; waiting.py: for the worker
    __main__.py         the order of things; safe to run again (finished: left alone; interrupted: taken up)

Nothing is inserted behind the rules' back: the clock of each demonstration commune is moved (public.set_demonstration_clock), and
each person acts in their own name, one function of the API after the other.
"""
