"""How an outcome is told: one line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """A figure beside its goal."""

    name: str
    database: str
    ratio: float
    goal: float
    ran: str  # what was run on what
    at_most: bool = False  # whether less is better

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def __str__(self) -> str:
        goal = f"{'at most' if self.at_most else 'at least'} {self.goal:g}"
        verdict = "ok" if self.reached else "short"
        return f"{self.name:<13} {self.database:<10} {self.ratio:8.2f}  {goal:<13} {verdict:<5}  {self.ran}"


@dataclass(frozen=True)
class Further:
    """A figure without a goal."""

    name: str
    database: str
    told: str

    def __str__(self) -> str:
        return f"{self.name:<13} {self.database:<10} {'':>8}  {'':<13} {'':<5}  {self.told}"


Line = Outcome | Further


def rate(rows: int, seconds: float) -> str:
    return f"{rows:,} rows in {seconds:.1f} s ({rows / seconds:,.0f} a second)"
