"""`python -m components.operations.bench [part ...]`: measures and prints; ends with a line of how many are within. See __init__.py."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from components.local import launch

PARTS = ("deposit", "permit", "minutes", "desk", "queue", "page", "start")


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def directory(name: str) -> Iterator[Path]:
    """A place of its own that the database's account can enter, removed at the end."""
    with tempfile.TemporaryDirectory(prefix=f"shubbak-bench-{name}-", ignore_cleanup_errors=True) as path:
        Path(path).chmod(0o711)
        yield Path(path)


@contextmanager
def backend(name: str) -> Iterator[tuple[launch.Backend, Path]]:
    with directory(name) as place:
        running = launch.start(place / "home")
        try:
            yield running, place / "home"
        finally:
            running.stop()


def figures(wanted: list[str]) -> Iterator:
    # Imported when needed: each part brings libraries of its own.
    from components.operations.bench import deposit, desk, minutes, page, permit, queue, start
    from components.operations.bench.sample import Scene

    if {"deposit", "permit", "minutes", "desk"} & set(wanted):
        with backend("one") as (running, home):
            scene = Scene(running)
            if "deposit" in wanted:
                yield from told("deposit", lambda: deposit.measure(scene))
            if "permit" in wanted:
                yield from told("permit", lambda: permit.measure(scene, home))
            if "minutes" in wanted:
                yield from told("minutes", lambda: minutes.measure(scene, home))
            if "desk" in wanted:
                yield from told("desk", lambda: desk.measure(scene))
    if {"queue", "page"} & set(wanted):
        with backend("many") as (running, _):
            if "queue" in wanted:
                yield from told("queue", lambda: queue.measure(running))
            if "page" in wanted:
                yield from told("page", lambda: page.measure(running))
    if "start" in wanted:
        with directory("start") as place:
            yield from told("start", lambda: start.measure(place / "home"))


def told(name: str, measure: Callable) -> Iterator:
    began = time.monotonic()
    say(f"-- {name} ...")
    yield from measure()
    say(f"-- {name}: {time.monotonic() - began:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m components.operations.bench", description="Measure what the release promises.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)} (default: all)")
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    say(f"{os.cpu_count()} cores{load}. Ratios are medians of alternating repetitions: a busy machine slows both sides alike.")
    found = []
    for figure in figures(wanted):
        found.append(figure)
        say(figure.line())
    within = sum(figure.within is True for figure in found)
    beyond = sum(figure.within is False for figure in found)
    say(f"{within} within, {beyond} beyond")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
