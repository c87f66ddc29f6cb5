"""Alliance commitment: who decides over war in the client, and does it join (S19)?

What it does. It carries the patron's resolve to honour its guarantee, the guarantee as spoken, the share of
the client's decision over war that lies with the patron, and whether the client fights beside it.

Equations. Per day:

    g'  = clip(relax(g, 0, tau_g) + push)                                      guarantee as spoken
    R*  = clip(r0 + rV V + rG g + rH H/(H + K) + rX X) ; R' = relax(R, R*, tau_r)         the patron's resolve
    U*  = clip(uD D + uM M + uH H/(H + K))      ; U' = relax(U, U*, tau_u)         authority of the patron over the client's war
    joins if (target attacked and z < phi U + j) or (a member attacked and z < max(phi U, s) + j)

``V`` worth of the client as a buffer, ``X`` unrest carried over from the client to the patron, ``H`` the patron's
troops on the client's soil, ``D`` dependence, ``M`` military integration, ``phi`` (``follows``) the rule D10: 0 only
in defence, 1 does what the patron does; ``s`` readiness to fight first when the alliance is in the war; ``j``
(``stance``) a decision of the client itself (orders, injects: +1 joins, -1 stays out), ``z`` one draw per run for the
whole war.

Assumptions. The draw is made once for a run, so that a client that holds out today does not join tomorrow by
mere repetition; it joins later only if authority moves. Hosting troops entangles whoever hosts them
(`odr-troops-risk-entanglement`).

Sources: `odr-war-only-two-cases`, `odr-act-exactly-like-russian`, `odr-object-not-subject`,
`ft-war-sequence-belarus-first`, `wapo-putin-support-promise-conditional`, `wapo-putin-only-major-ally`,
`odr-support-for-war-taboo`, `ft-lukashenko-common-threat-appeal`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, highest, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.priors import part
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def _joins(w: World, client: int) -> None:
    """Settle whether the client fights in a war that is under way."""
    p, target, members = w.parameters("commitment"), w.cast.role("target"), list(w.cast.group("members"))
    limited = np.zeros(w.runs) if target is None else w["invasion"][target]
    general = highest(w["invasion"][members]) if members else np.zeros(w.runs)
    if not ((limited > 0) | (general > 0)).any():  # the draw would not be used
        return
    luck = w.draws.uniform(f"commitment.joins.{w.cast.actors[client]}", 0)
    follows, own = p["follows"] * w["authority"][client], w["stance"][client]
    joins = ((limited > 0) & (luck < follows + own)) | ((general > 0) & (luck < np.maximum(follows, p["fights_first"]) + own))
    before = w["co_belligerent"][client] > 0
    w["co_belligerent"][client] = before | joins
    name = w.scenario.actors[w.cast.actors[client]].name
    w.say(
        "outcome",
        joins & ~before,
        "{name} fights beside its patron",
        seen="parties",
        public=True,
        actor=client,
        reason="{share:.2f} of its decision over war lies with the patron",
        sources=("odr-act-exactly-like-russian", "odr-object-not-subject"),
        name=name,
        share=w["authority"][client],
    )


def drift(w: World) -> None:
    """Guarantee, resolve and authority are a day older; a client at war has made up its mind."""
    p, patron, client = w.parameters("commitment"), w.cast.group("patron")[0], w.cast.group("client")[0]
    before = w["guarantee"][client].copy()
    w["guarantee"][client] = clip01(relax(before, 0.0, 1.0 / p["guarantee_days"]) + w.impulse("pledge")[client])
    hosted = w["guest_troops"] / (w["guest_troops"] + p["troops_half"])
    resolve: Array = clip01(
        p["resolve_base"]
        + p["resolve_buffer"] * w["buffer_value"][client]
        + p["resolve_pledge"] * w["guarantee"][client]
        + p["resolve_troops"] * hosted
        + p["resolve_spillover"] * w["spillover"][patron]
    )
    w["resolve"][patron] = relax(w["resolve"][patron], resolve, 1.0 / p["resolve_days"])
    authority = clip01(
        p["authority_dependence"] * w["dependence"][client]
        + p["authority_integration"] * w["integ_mil"][client]
        + p["authority_troops"] * hosted
    )
    w["authority"][client] = relax(w["authority"][client], authority, 1.0 / p["authority_days"])
    w["stance"][client] = np.clip(w["stance"][client] + w.impulse("join")[client], -1.0, 1.0)
    _joins(w, client)
    w.say(
        "message",
        w["guarantee"][client] > before + 0.1,
        "{name} has its patron's word to defend it",
        seen="all",
        actor=client,
        reason="a pledge of today",
        sources=("wapo-putin-support-promise-conditional",),
        name=w.scenario.actors[w.cast.actors[client]].name,
    )


def _days(name: str, value: float, says: str, judgement: str) -> Parameter:
    return Parameter(name, value, says, "days", {"lognormal": {"median": value, "sigma": 0.4}}, (), judgement, 1.0, 10000.0)


_GUESTS = (Disclosure(("guest_troops",), "own", "patron and client know how many of the patron's troops are there"),)

MECHANISM = Mechanism(
    name="commitment",
    says="The patron's resolve and guarantee, its authority over the client's war, and whether the client joins.",
    systems=("S19",),
    fields=(
        Field("resolve", "The patron's willingness to honour its guarantee", seen="belief", default=0.5, tells=_GUESTS),
        Field("guarantee", "Guarantee the client has been given in words"),
        Field(
            "authority",
            "Share of the client's decision over war that lies with the patron",
            default=0.5,
            seen="parties",
            tells=_GUESTS,
        ),
        Field("stance", "Its own decision: -1 stays out of the patron's war, 0 open, 1 joins", unit="-1 to 1", low=-1.0),
        Field(
            "co_belligerent",
            "Fights beside the patron",
            unit="0/1",
            tells=(Disclosure(("authority",), "luck", "one draw settles it for a whole war"),),
        ),
    ),
    impulses=(
        Impulse("pledge", "Gives this client a guarantee (negative: takes distance)"),
        Impulse(
            "join",
            "Decides to join the patron's war (+1) or to stay out of it (-1)",
            unit="-1 to 1",
            answers="{amount} < 0 or target.invasion > 0 or highest(members.invasion) > 0",
            otherwise="there is no war to join",
        ),
    ),
    needs=("patron", "client"),
    phases={"drift": drift},
    parameters=(
        part(
            "follows",
            0.5,
            "Commitment rule: 0 fights in defence only, 1 does what the patron does (D10)",
            ("odr-war-only-two-cases", "odr-act-exactly-like-russian", "odr-support-for-war-taboo"),
            "the leader said both within a week: middle of the scale, wide",
            0.25,
        ),
        part(
            "fights_first",
            0.9,
            "Readiness to fight once a member of the alliance is in the war",
            ("ft-war-sequence-belarus-first", "odr-war-only-two-cases"),
            "announced as certain",
            0.08,
        ),
        part("resolve_base", 0.25, "The patron's resolve in any case", ("wapo-putin-only-major-ally",)),
        part(
            "resolve_buffer",
            0.4,
            "Resolve per unit of the client's worth as a buffer",
            ("cling-no-second-ukraine", "cling-belarus-importance-after-ukraine"),
        ),
        part("resolve_pledge", 0.2, "Resolve per unit of guarantee given", ("wapo-putin-support-promise-conditional",)),
        part("resolve_troops", 0.2, "Resolve added by many own troops in the client", ("odr-troops-risk-entanglement",)),
        part(
            "resolve_spillover",
            0.2,
            "Resolve added by unrest that is carried over from the client",
            ("wapo-zochowski-suppression-serves-putin",),
        ),
        part("authority_dependence", 0.5, "Authority per unit of the client's dependence", ("odr-object-not-subject",)),
        part(
            "authority_integration",
            0.4,
            "Authority per unit of military integration",
            ("odr-belarus-absorbed-into-russian-military", "cling-new-operational-integration"),
        ),
        part(
            "authority_troops",
            0.2,
            "Authority added by many of the patron's troops in the client",
            ("odr-troops-risk-entanglement", "odr-object-not-subject"),
        ),
        Parameter(
            "troops_half",
            10000.0,
            "The patron's troops in the client that have half their effect",
            "persons",
            {"lognormal": {"median": 10000.0, "sigma": 0.4}},
            ("odr-porotnikov-10000", "odr-previous-maximum-2500"),
            "four times the earlier maximum",
            1.0,
        ),
        _days("guarantee_days", 700.0, "Time constant at which words fade", "a pledge is remembered for years"),
        _days("resolve_days", 90.0, "Time constant of resolve", "a season"),
        _days("authority_days", 90.0, "Time constant of authority", "a season"),
    ),
    sources=(
        "wapo-putin-only-major-ally",
        "wapo-putin-support-promise-conditional",
        "ft-lukashenko-common-threat-appeal",
        "ft-war-sequence-belarus-first",
        "odr-war-only-two-cases",
        "odr-act-exactly-like-russian",
        "odr-object-not-subject",
    ),
)
