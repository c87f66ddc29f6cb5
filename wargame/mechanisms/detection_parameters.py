"""The parameters of the mechanism *detection*."""

from __future__ import annotations

from wargame.mechanisms.base import Parameter


def _opacity(name: str, value: float, says: str, source: tuple[str, ...]) -> Parameter:
    return Parameter(f"opacity_{name}", value, f"Weight of {says} in opacity", "", {"lognormal": {"median": value, "sigma": 0.3}},
                     source, "that it counts is in the source, how much is judged", 0.0, 5.0)  # fmt: skip


PARAMETERS = (
    Parameter("drift", 0.10, "Growth of doubt without reports (spread of the log in a day)", "1/sqrt(day)",
              {"lognormal": {"median": 0.10, "sigma": 0.4}}, (),
              "a strength not seen for a month is uncertain by half; judged", 0.0, 2.0),
    Parameter("drift_moving", 0.30, "The same while an exercise of which nothing was told deploys or withdraws", "1/sqrt(day)",
              {"lognormal": {"median": 0.30, "sigma": 0.4}}, (),
              "strength may double within a week of rail traffic (facts D4)", 0.0, 3.0),
    Parameter("lasting", 0.25, "Spread of a sensor's lasting error (log)", "", {"lognormal": {"median": 0.25, "sigma": 0.4}},
              ("odr-stoltenberg-30000", "odr-porotnikov-10000"),
              "part of the disagreement of published numbers that more reports do not remove", 0.0, 2.0),
    Parameter("opening", 0.3, "Spread of what is known of permanent strengths from the start (log)", "",
              {"lognormal": {"median": 0.3, "sigma": 0.3}}, ("odr-previous-maximum-2500",),
              "handbooks agree to about a third; judged", 0.01, 1.5),
    Parameter("claim", 0.25, "Spread of a declaration that is fully trusted (log)", "",
              {"lognormal": {"median": 0.25, "sigma": 0.3}}, (), "an honest figure is right to a quarter at one place; judged",
              0.01, 3.0),
    Parameter("visit", 0.15, "Spread of what observers on a visit report (log)", "",
              {"lognormal": {"median": 0.15, "sigma": 0.3}}, ("odr-vienna-2011-information-exchange",),
              "facts B: visitors found a declared strength about right; size judged", 0.01, 3.0),
    Parameter("inspection", 0.35, "Spread of what an inspection reports (log)", "", {"lognormal": {"median": 0.35, "sigma": 0.3}},
              (), "four people and two days for an army's area (facts A5); judged", 0.01, 3.0),
    Parameter("comes_upon", 0.2, "Chance that an inspection comes upon an unlisted place", "", {"beta": {"mean": 0.2, "sd": 0.1}},
              (), "areas are chosen, sensitive points closed (facts A5); judged", 0.0, 1.0),
    Parameter("caution", 0.8, "Spreads above their expectation at which officials publish", "",
              {"lognormal": {"median": 0.8, "sigma": 0.4}}, ("odr-stoltenberg-30000", "odr-experts-more-cautious"),
              "direction from the source, size judged", 0.0, 4.0),
    Parameter("reserve", 0.8, "Spreads below their expectation at which independent experts publish", "",
              {"lognormal": {"median": 0.8, "sigma": 0.4}}, ("odr-porotnikov-10000", "odr-experts-more-cautious"),
              "direction from the source, size judged", 0.0, 4.0),
    Parameter("worst_case", 0.45, "How far opacity adds to the spreads by which published numbers lean", "",
              {"lognormal": {"median": 0.45, "sigma": 0.4}}, ("odr-experts-more-cautious", "wapo-nontransparency-worry"),
              "with caution and reserve set so that numbers stand apart as in February 2022, by a factor near three", 0.0, 4.0),
    Parameter("publish_above", 1_500.0, "Believed strength from which numbers are published of themselves", "persons",
              {"lognormal": {"median": 1_500.0, "sigma": 0.4}}, ("odr-previous-maximum-2500",),
              "numbers of earlier exercises were reported too", 0.0, 1e6),
    _opacity("spread", 0.5, "doubt about numbers", ("wapo-landsbergis-unknowns",)),
    _opacity("withheld", 0.25, "withheld numbers", ("odr-numbers-withheld", "wapo-nontransparency-worry")),
    _opacity("unlisted", 0.4, "troops at unlisted places", ("odr-units-off-declared-sites",)),
    _opacity("stonewalled", 0.2, "refused explanations", ("X-CH3-BALTIC-2022", "wapo-nontransparency-worry")),
    Parameter("relief", 0.6, "Share of opacity that a full explanation takes off", "", {"beta": {"mean": 0.6, "sd": 0.12}},
              ("X-VD-CH3", "wapo-nontransparency-worry"), "facts told are believed in part; judged", 0.0, 1.0),
    _opacity("details", 0.2, "untold details", ("wapo-landsbergis-unknowns", "cbc-zapad21-more-secretive")),
)  # fmt: skip
