"""Tables of an edition that may be published: persons can't be recognised in them. Pure: tables in, tables out.

**The rule** is that of the pilot's own assignment, not of a statistics office: small categories are put together
first, what is then still under five is "fewer than 5", and it can't be worked out from totals or from another
edition. 0 is told: it is about nobody, and a table that hides it would hide most of itself. What is a person: each
record that a cell counts (`Cell.many`), also employers, offers and findings, for behind few of those stand few
people. Money of the budget and hours are no persons (`many` is None); what a start cost is, as it is a sum divided by
a number of people. Words that somebody noted about one case are left out, unless an editor took them over.

**Kept back**: numbers of 1 to 4; of people also where the others of a whole are so few ("18 of 20"), and a difference
of 1 to 4 with the same figure of an overlapping period in an edition that was published before. Then, by sums, as
many others ("not stated", which are 5 or more) as leave each of them three possible values at least. Shares, medians
and what a start cost go with the counts that they come from, charts and their words draw what is left.

**What is guaranteed**, to a reader who has every edition, knows the sums (rows and totals, columns, outcomes of a
whole, figures of the same people, periods that follow each other) and for each of them also how many stand in two
rows: no number of 1 to 4 that is kept back can be worked out; three values stay possible. A reader who also knows
this rule and tries it on every table that could be there, can't tell one either in a list with its total, and seldom
in a table that adds up both ways (fewer than 1 in 200 of the small ones; tests/dossiers/reports/test_reckoning.py
counts them).

**What is not**: somebody who knows one of the people (a supplier, a colleague) knows more than the editions. Figures
of which it is not written down that they tell of each other (`belonging.py`) are taken for independent. A column that
can't be told is left out whole: what that alone tells somebody who replays the rule on a whole edition, or on a chain
of figures each part of the next, was not counted. Numbers that an editor writes in a text are the editor's.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dossiers.reports.suppression.addresses import Number, has_categories
from dossiers.reports.suppression.knowing import Edition, Knowing, columns, count_columns
from dossiers.reports.suppression.reckoning import Limits
from dossiers.reports.suppression.telling import LeftOut, told
from dossiers.reports.tables import Report

__all__ = ["Edition", "Verdict", "verdict"]


@dataclass(frozen=True)
class Verdict:
    """What is kept back of the numbers of an edition: the same in every language in which it is told."""

    kept_back: Mapping[Number, Limits]
    left_out: LeftOut

    def told(self, reports: Iterable[Report], cases: Container[str] = ()) -> tuple[Report, ...]:
        """The reports as others may read them, in the active language.

        `cases` are the parts of rows with words about one case that an editor judged fit for others.
        """
        return tuple(told(report, self.kept_back, self.left_out, cases) for report in reports)


def verdict(reports: Sequence[Report], earlier: Sequence[Edition] = ()) -> Verdict:
    """Beside the editions published before, oldest first."""
    known = Knowing(earlier)
    left_out: set[tuple[str, str, int]] = set()
    tables = [(report.name, table) for report in reports for table in report.tables]
    plain = [one for one in tables if not has_categories(one[1])]
    if not known.tells(columns(table for _name, table in plain)):  # one that can't be told spoils no other
        for name, table in plain:
            if not known.tells(columns([table])):
                left_out |= {(name, table.name, place) for place in count_columns(table)}
    for name, table in tables:
        for place in count_columns(table) if has_categories(table) else ():
            if not known.tells(columns([table], [place])):
                left_out.add((name, table.name, place))
    return Verdict(known.told.kept_back, left_out)
