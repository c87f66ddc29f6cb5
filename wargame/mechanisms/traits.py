"""Lasting traits of the actors: how erratic, how well instructed, how skilled at hedging, how reachable.

What it does. It holds four numbers per actor that other mechanisms read and nobody changes during play. They
are the knobs of three quarrels among the sources: is the client's leader calculating or erratic (D9), does
the client hedge or obey (D1), and how much do clear rules of engagement help (S14)?

* ``erraticism`` E (0-1): 0 acts as calculated, 1 as the mood takes him. Multiplies the incident rate by ``1 +
  c E`` and adds to the alarm of front-line neighbours.
* ``roe_clarity`` R (0-1): clarity of the rules of engagement of the troops at the border. Lowers the share of
  unauthorised acts and the severity of incidents, never to zero.
* ``hedging`` H (0-1): skill at taking what a patron gives and not giving what it asks.
* ``hotline`` L (0-1): working channels of communication in a crisis. Lowers the odds of an unintended step.

Assumptions. Traits do not move within a scenario of months; their values are initial conditions of the
scenario (the order over the years for erraticism is that of the documents, the numbers are judgements) and
carry their priors there.

Sources: `ft-baltics-more-mischief-than-2017`, `ft-mihkelson-madman`, `odr-acceptable-risk`,
`ft-clear-rules-of-engagement`, `ft-unauthorised-misunderstanding`, `ft-pukhov-flexible-hedging`.
"""

from __future__ import annotations

from wargame.mechanisms.base import Mechanism
from wargame.world.fields import Field

MECHANISM = Mechanism(
    name="traits",
    says="Lasting traits: erratic leadership, clarity of rules of engagement, hedging skill, open channels.",
    systems=("S9", "S14", "S21"),
    fields=(
        Field("erraticism", "How far the leadership's acts depart from calculation", default=0.2),
        Field("roe_clarity", "Clarity of the rules of engagement of troops at the border", default=0.5),
        Field("hedging", "Skill at taking support without giving up sovereignty", default=0.3),
        Field("hotline", "Working channels of communication in a crisis", default=0.5),
    ),
    phases={},
    sources=(
        "ft-baltics-more-mischief-than-2017",
        "ft-mihkelson-madman",
        "odr-acceptable-risk",
        "ft-clear-rules-of-engagement",
        "ft-unauthorised-misunderstanding",
        "ft-pukhov-flexible-hedging",
    ),
)
