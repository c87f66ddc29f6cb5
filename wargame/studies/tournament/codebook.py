"""What the table of a tournament's payoffs holds."""

from __future__ import annotations

from wargame.results.columns import CASE, Column, Table, index
from wargame.results.meaning import facts_of, lever_of
from wargame.studies.sweep.find.results import Results
from wargame.studies.tournament.find import Tournament

PAYOFFS = "payoffs.parquet"


def payoff_table(results: Results, t: Tournament) -> Table:
    """Return what the table of payoffs holds."""
    base = results.study.base
    columns = (
        CASE, *(lever_of(base, player.path, player.path) for player in t.players),
        index("actor", "Whose payoff it is.", "text"),
        index("payoff", "The measure it wants; less of it, after a minus.", "text"),
        Column("mean", "measure", "Mean of the measure over the replications of the case.", "number"),
        Column("sd", "measure", "Its standard deviation.", "number"),
        Column("low", "measure", "Lower end of the 95 % interval of the mean.", "number"),
        Column("high", "measure", "Upper end of the 95 % interval of the mean.", "number"),
        Column("n", "measure", "Replications that the mean is of.", "integer", "runs"),
        Column("regret", "measure", "What the actor could gain by another policy while the others keep theirs.", "number"),
        Column("best_reply", "measure", "Whether the policy is a best reply to those of the others.", "boolean"),
        Column("stable_share", "measure", "Share of resamples in which the combination is an equilibrium.", "number", "0-1"),
    )  # fmt: skip
    return Table(PAYOFFS, "one combination of policies and actor", columns, facts_of(base))
