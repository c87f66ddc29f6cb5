"""Parameters of the mechanism *pressure*."""

from __future__ import annotations

from wargame.mechanisms.base import Parameter
from wargame.mechanisms.priors import size
from wargame.mechanisms.unmodelled import unmodelled

PARAMETERS = (
    unmodelled(0.02, "Spread of pressure by what nothing here causes", "cyber attacks, gas, a threat on television; judged"),
    Parameter(
        "intent_limited",
        0.1,
        "Probability that the patron means to use force on a limited scale",
        "",
        {"beta": {"mean": 0.1, "sd": 0.06}},
        ("odr-observers-unknown-true-intent", "F-B-kavkaz-2008", "F-B-snap-2014", "F-B1-scheduled"),
        "hidden type; with a large one 0.15, as 2 of the 15 exercises before Allied Resolve were followed by force (half a "
        "case added to both sides); both times on a limited scale, so two thirds are given to it",
        0.0,
        1.0,
    ),
    Parameter(
        "intent_large",
        0.05,
        "Probability that the patron means a large attack",
        "",
        {"beta": {"mean": 0.05, "sd": 0.04}},
        ("F-B-kavkaz-2008", "F-B-snap-2014", "odr-us-invasion-from-north"),
        "hidden type; a third of those 0.15; exercises outside the calendar raise both (unscheduled_odds)",
        0.0,
        1.0,
    ),
    size(
        "required_force",
        25000.0,
        "Force required for a large attack, weighted by proximity (D6)",
        "persons",
        ("odr-reznikov-not-enough", "odr-us-invasion-from-north"),
        "30,000 men spread over the client count as 10,000 to 20,000 here, so they alone do not suffice",
        0.5,
        1.0,
    ),
    size(
        "limited_share",
        0.3,
        "Share of that force that suffices for a limited attack",
        "",
        ("cling-ukraine-intervention-pattern",),
    ),
    size(
        "readiness",
        0.3,
        "Rise of the force required while the state attacked holds a counter-exercise",
        "",
        ("odr-ukraine-counter-exercise",),
    ),
    size(
        "surprise_gain",
        0.3,
        "Share of the force required that full surprise saves",
        "",
        ("ft-snap-drill-crimea-pretext", "ft-pukhov-rapid-reaction"),
        "speed makes up for numbers; size is a judgement",
    ),
    size(
        "unscheduled_cover",
        0.4,
        "Cover that an unscheduled exercise gives whatever it is meant for",
        "",
        ("odr-unscheduled", "ft-snap-drill-crimea-pretext"),
        "two of four unscheduled ones were followed by force",
    ),
    Parameter(
        "unscheduled_odds",
        2.0,
        "How many times likelier than usual (as odds) an intent is when an exercise is in no calendar",
        "",
        {"lognormal": {"median": 2.0, "sigma": 0.3}},
        ("F-B1-scheduled", "F-B-snap-2014", "ft-snap-drill-crimea-pretext", "odr-unscheduled"),
        "before Allied Resolve 1 of 3 unscheduled ones and 2 of 15 in all were followed by force: odds 0.6 against 0.19 with "
        "half a case added to both sides, so a factor of 3; two because the cases are few",
        1.0,
        100.0,
    ),
    size(
        "warning",
        0.6,
        "Share of the surprise that full vigilance of the target takes away",
        "",
        ("odr-us-invasion-from-north", "odr-media-attack-on-kyiv"),
        "who is warned is less surprised; size is a judgement",
    ),
    size(
        "reach_km",
        150.0,
        "Distance over which a force loses its reach by a factor e",
        "km",
        ("odr-200km-from-kyiv", "odr-satellite-40-50km"),
        "about two days' march",
        low=1.0,
    ),
    size("force", 0.5, "Pressure of overwhelming force", "", ("odr-pressure-on-ukraine",)),
    size(
        "exercise",
        0.25,
        "Pressure of an exercise meant wholly to press or to cover",
        "",
        ("odr-pressure-on-ukraine", "odr-link-to-crisis-open"),
    ),
    size("rhetoric", 0.25, "Pressure of fully hostile rhetoric", "", ("odr-lukashenko-against-ukraine-if-needed",)),
    size(
        "red_line",
        0.2,
        "Pressure per unit of the target's progress to the alliance",
        "",
        ("wapo-moscow-red-line-ukraine-nato",),
    ),
    size("war", 1.0, "Pressure of an attack under way", "", (), "war is pressure at its highest"),
    size("pressure_days", 14.0, "Time constant of pressure", "days", (), "a demand is felt for weeks", low=1.0),
    size("aid_relief", 0.5, "Pressure taken off per unit of military aid", "", ("cling-us-aid-ukraine",)),
    size("aid_strength", 10000.0, "Force required added per unit of military aid", "persons", ("cling-us-aid-ukraine",)),
)
