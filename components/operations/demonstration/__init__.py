"""The demonstration province: people, and dossiers in every state, lived through the same functions as everybody's.

    python -m components.operations.demonstration

    people.py     accounts, offices, powers: one named account per role in one commune, an agent and a president in the others
    answers.py    plausible requests: names, places, works, terraces (deterministic)
    files.py      small scanned-looking papers to attach
    plan.py       which dossiers, where, when, and the fate of each: the same ones for the same day
    roads.py      what happens to a dossier, day by day, until the fate it was given
    cast.py       the functions of the API, called by each person under their own name
    counter.py    what each person does with them
    living.py     a commune's dossiers lived together, half a day at a time; how far it came is kept
    __main__.py   the order of things; safe to run again (finished: left alone; interrupted: taken up)

Nothing is inserted behind the rules' back: the clock of each demonstration commune is moved (public.set_demonstration_clock), and
each person acts in their own name, one function of the API after the other.
"""
