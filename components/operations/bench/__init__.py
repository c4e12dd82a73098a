"""What the release promises, measured: `make bench`, or `python -m components.operations.bench [part ...]`, a part named as its file.

    figures.py   a figure, what is wanted of it, and the line that says so
    sample.py    a throwaway installation's citizen, clerk and request; drafts of it by the hundred
    hands.py     processes that each hold a connection and work when told
    deposit.py   one deposit against the same rows inserted without rules
    queue.py     the queue at 100,000 dossiers against the owner's, and against 10,000 (bench_queue.py)
    page.py      a rerun of the queue page against an empty page with one call
    permit.py    a permit rendered and signed, and what another page's call waits meanwhile
    minutes.py   minutes of seven signatures drawn, signed and sealed, and what another page's call waits meanwhile
    start.py     `python app.py`: the first start with the demonstration, and the second

Everything runs on the embedded default with fsync on, in directories that are removed. Ratios are medians of repetitions that
alternate between the two sides, so that a busy machine slows both alike; times in seconds say how busy it was.
"""
