"""Parameters of the mechanism ``threat``: weights of what alarms, speeds, and the gains of the spiral."""

from __future__ import annotations

from wargame.mechanisms.base import Parameter


def _weight(name: str, value: float, says: str, source: tuple[str, ...], sigma: float = 0.4) -> Parameter:
    prior = {"lognormal": {"median": value, "sigma": sigma}}
    return Parameter(name, value, says, "logit", prior, source, "the sign is the sources'; the size is a judgement")


def _share(name: str, value: float, says: str, source: tuple[str, ...]) -> Parameter:
    prior = {"beta": {"mean": value, "sd": 0.15}} if value < 1.0 else {"lognormal": {"median": value, "sigma": 0.15}}
    return Parameter(name, value, says, "", prior, source, "size is a judgement", 0.0, 2.0)


def _days(name: str, value: float, says: str, judgement: str, source: tuple[str, ...] = ()) -> Parameter:
    prior = {"lognormal": {"median": value, "sigma": 0.3}}
    return Parameter(name, value, says, "days", prior, source, judgement, 1.0, 10000.0)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "base",
        -2.7,
        "Threat felt when nothing alarms (logit)",
        "logit",
        {"normal": {"mean": -2.7, "sd": 0.3}},
        judgement="6 % when nothing alarms; set with the weights so that the front line stands near 0.5 in Aug 2021",
    ),
    _weight("force", 1.5, "Weight of force believed near", ("ft-neighbours-rattled",)),
    Parameter(
        "force_half",
        20000.0,
        "Believed force near, weighted by proximity, that has half its full weight",
        "persons",
        {"lognormal": {"median": 20000.0, "sigma": 0.4}},
        judgement="two divisions near the border are half of the worst",
        low=1.0,
    ),
    _weight(
        "opacity",
        1.2,
        "Weight of knowing little, with force held fixed",
        ("wapo-nontransparency-worry", "cling-numbers-games-tension"),
    ),
    _weight("anomaly", 1.2, "Weight of the anomaly of exercises", ("odr-unscheduled", "ft-snap-drill-crimea-pretext")),
    _weight("rhetoric", 0.8, "Weight of hostile rhetoric of patron and client", ("odr-war-talk-36-times",)),
    _weight(
        "exercise",
        0.6,
        "Weight of an exercise next door, whatever is known of it",
        ("ft-neighbours-rattled", "cling-2017-tensions"),
    ),
    _weight("distrust", 0.5, "Weight of lost trust in declarations", ("cling-numbers-games-tension", "wapo-mae-clear-violation")),
    _weight("memory", 0.8, "Weight of remembered surprises", ("wapo-neighbours-on-edge-after-spring",)),
    _weight(
        "basing",
        0.8,
        "Weight of publicly known presence on the client's soil",
        ("wapo-lithuania-permanent-presence-deficit", "cbc-military-track-more-consequential"),
    ),
    Parameter(
        "basing_near",
        0.5,
        "Part of that weight which goes by how near the presence is",
        "",
        {"beta": {"mean": 0.5, "sd": 0.15}},
        ("cbc-training-centre-distances", "wapo-nontransparency-worry"),
        "the distances to two borders are what is told of the first centre, yet the whole region worries; half and half",
        0.0,
        1.0,
    ),
    _weight(
        "integration",
        0.6,
        "Weight of the client's military integration with the patron",
        ("cbc-military-track-more-consequential", "cbc-poland-worried-by-ties"),
    ),
    _weight(
        "economy",
        0.2,
        "Weight of the client's economic integration with the patron: less than half of the military track",
        ("cbc-military-track-more-consequential",),
    ),
    Parameter(
        "integration_usual",
        0.5,
        "Military integration that the neighbours have long been used to",
        "0-1",
        {"normal": {"mean": 0.5, "sd": 0.05}},
        source=("cling-military-most-stable-platform",),
        judgement="the level of 2017 and 2020 in the analyst's table",
    ),
    Parameter(
        "economy_usual",
        0.4,
        "Economic integration that the neighbours have long been used to",
        "0-1",
        {"normal": {"mean": 0.4, "sd": 0.05}},
        source=("wapo-integration-since-1997",),
        judgement="the level of 2017 in the analyst's table",
    ),
    _weight("migration", 0.6, "Weight of pushed migration at the own border", ("cbc-hybrid-war-as-retribution",)),
    Parameter(
        "migration_scale",
        150.0,
        "Attempts a day at which migration has 63 % of its weight",
        "persons/day",
        {"lognormal": {"median": 150.0, "sigma": 0.4}},
        source=("F-E5-aug", "F-E5-oct"),
        judgement="between the 113 a day of August 2021 and the 560 a day of October 2021 at one border",
        low=1.0,
    ),
    _weight(
        "erraticism",
        0.8,
        "Weight of an erratic client leadership, front line only",
        ("ft-baltics-more-mischief-than-2017", "ft-mihkelson-madman"),
    ),
    _weight("intent", 0.8, "Weight of doubt about the patron's intent", ("ft-perceptions-stabilised",)),
    _share(
        "intent_doubt",
        0.4,
        "Doubt about the patron's intent: 0 settled, 1 unknown (D3; higher in 2017)",
        ("ft-perceptions-stabilised", "ft-less-alarm-than-2017"),
    ),
    _weight("pressure", 1.0, "Weight of coercive pressure on the state itself", ("odr-pressure-on-ukraine",)),
    _weight("war", 2.0, "Weight of an attack under way on any state", ("wapo-zelensky-war-possible",)),
    _weight(
        "turmoil",
        1.0,
        "Weight of turmoil next door after a fall of the regime, front line only",
        ("cling-extreme-scenarios", "cling-no-second-ukraine"),
    ),
    _weight("reassurance", 0.3, "Relief by credible reassurance", ("odr-officially-defensive",)),
    _share(
        "front_line",
        1.0,
        "How much alarms count in states bordering client or patron, and in the target (D3)",
        ("ft-baltics-more-mischief-than-2017", "cbc-concerns-same-as-2017"),
    ),
    _share("alliance", 0.8, "How much alarms count at the alliance's headquarters", ("wapo-stoltenberg-no-imminent-threat",)),
    _share("distant", 0.6, "How much alarms count in distant capitals (D3)", ("ft-less-alarm-than-2017",)),
    _weight(
        "spiral_to_alliance",
        1.0,
        "Gain of the patron's forces and presence on the observers' threat (D8)",
        ("wapo-stoltenberg-assertive-pattern",),
    ),
    _weight(
        "spiral_to_patron",
        1.0,
        "Gain of the alliance's doings on the patron's threat (D8)",
        ("wapo-putin-nato-buildup-justifies", "cling-russia-blames-nato-activity"),
    ),
    Parameter(
        "patron_base",
        -4.1,
        "The patron's threat without alliance activity and with perfect relations (logit)",
        "logit",
        {"normal": {"mean": -4.1, "sd": 0.3}},
        ("cling-2014-doctrine-nato-risk", "cling-nss-2021-threat"),
        "set so that Sep 2017, Sep 2021 and Feb 2022 give about 0.45, 0.70 and 0.80-0.85",
    ),
    _weight(
        "patron_posture",
        3.0,
        "Weight of the alliance's posture for the patron",
        ("cling-nato-posture-drives-russian-planning",),
        0.3,
    ),
    _weight("patron_vigilance", 0.6, "Weight of the members' vigilance for the patron", ("cling-moscow-watches-nato-words",)),
    _weight("patron_counter", 0.8, "Weight of counter-exercises for the patron", ("wapo-putin-nato-buildup-justifies",)),
    _weight("patron_relations", 3.2, "Weight of bad relations for the patron", ("cling-relations-deteriorated-since",), 0.3),
    _weight(
        "patron_progress",
        1.0,
        "Weight of the target's progress to the alliance for the patron",
        ("wapo-moscow-red-line-ukraine-nato", "cling-nato-enlargement-impetus"),
    ),
    _days("rise_days", 10.0, "Time constant of rising threat", "alarm spreads within two weeks"),
    _days(
        "fall_days",
        45.0,
        "Time constant of falling threat",
        "alarm outlives its cause by weeks",
        ("wapo-neighbours-on-edge-after-spring",),
    ),
    _days("anomaly_half_life", 21.0, "Half-life of the impression an unusual exercise makes", "talked about for weeks"),
    _days(
        "memory_half_life",
        400.0,
        "Half-life of the memory of surprises",
        "the surprise of 2014 was recent in 2017 and had faded by 2021; that of spring 2021 was fresh",
        ("ft-less-alarm-than-2017", "wapo-neighbours-on-edge-after-spring"),
    ),
    _share("surprise", 0.3, "What a full surprise adds to memory", ("wapo-neighbours-on-edge-after-spring",)),
    Parameter(
        "incident_shock",
        0.03,
        "Threat added at once by an incident at the own border",
        "",
        {"lognormal": {"median": 0.03, "sigma": 0.4}},
        ("ft-border-weapons-provocation",),
        "size is a judgement",
    ),
    Parameter(
        "clash_shock",
        0.12,
        "Threat added at once by a clash at the own border",
        "",
        {"lognormal": {"median": 0.12, "sigma": 0.4}},
        ("ft-unauthorised-misunderstanding",),
        "size is a judgement",
    ),
)
