"""A figure, what is wanted of it, and its line."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """wanted: at least (sign +) or at most (sign -) so much; None when it is only printed. raw: the values behind it, for the reader."""

    name: str
    value: float
    wanted: float | None = None
    at_least: bool = False
    unit: str = ""
    raw: str = ""

    @property
    def within(self) -> bool | None:
        if self.wanted is None:
            return None
        return self.value >= self.wanted if self.at_least else self.value <= self.wanted

    def line(self) -> str:
        verdict = {True: "within", False: "BEYOND", None: "printed"}[self.within]
        wanted = "" if self.wanted is None else f"wanted {'>=' if self.at_least else '<='} {self.wanted:g}{self.unit}"
        return f"{verdict:<8} {self.name:<44} {self.value:8.2f}{self.unit:<3} {wanted:<16} {self.raw}"


def interleaved(first: Callable, second: Callable, rounds: int) -> tuple[list[float], list[float]]:
    """Both measured in turns, whose order changes: [seconds or rates of the first], [of the second]."""
    found = ([], [])
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            found[side].append((first, second)[side]())
    return found


def median_ratio(over: list[float], under: list[float]) -> float:
    """The median of the ratios of neighbours: what slowed the machine for a while slowed both."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def middle(values: list[float]) -> float:
    return statistics.median(values)
