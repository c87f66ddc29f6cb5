"""S8 Integration bargaining, arms and money: asks, signatures, loans that follow them, arms promised.

What it does. It keeps the agenda (asked, agreed, refused), turns a signature into a promise of credit that is paid within
weeks, books loans and arms, lets economic integration settle at what has been signed (with disputes on the way), and holds
the patron's patience.

Equations (items j with value v_j to the patron, client's row, time in days)::

    promised' = promised + h terms * need * sum_j signed_j max(v_j, 0)       USD m, on signature; h haggling, 1 on average
    paid      = orders to lend + promised * [a transfer is made today]       P(transfer) = 1 - exp(-1/t_pay); grants are promised
    ripe_j'   = 1 with chance 1 - exp(-1/t_haggle) a day while j is asked for, or when the leaders meet
    need*     = n0 + n_b bite + n_s (1 - stability),  need' = relax(need, need*, 1/t_need) - paid / n_scale
    credit'   = credit exp(-1/t_credit) + paid / c_scale                     fresh credit, 1 = the package of 2020
    E'        = relax(E, E_signed, 1/t_econ) + noise                         stationary spread: disputes
    patience* = p0 + p_a alignment - p_w waiting                             waiting: value of open asks, full after 60 days
    patience' = relax(patience, patience*, 1/t_p) + p_sign v - p_ref v + p_word (words, worth less each time) + p_arms

An open ask may carry an offer of credit L_j or arms A_j (USD m); it is worth min((L_j + A_j/2)/c_scale, 1) (1/2 + need/2) to
the client (``offer_worth``, for its policy to weigh), is owed once the item is signed (the credit if it exceeds what the terms
give) and falls with the ask.

Delivered arms are charged to the client's debt for the share that the patron does not give as a discount.

Assumptions. An acceptance counts only for an open ask; both may come on one day (a summit). Terms are haggled over before they
are ripe; the client's policy waits for that, a script need not. A loan ordered by the patron
draws down what it has promised before it adds to it, so that a promise is not paid twice. The terms make 28 programmes worth
about USD 630 million at the need of September 2021 (F-E1-promise-2021). Items of negative value (the client's own wishes)
earn no credit and do not count as the client's signature.

Sources: `ft-sign-for-loan`, `ft-siluanov-more-credit`, `ft-loan-1500m-2020`, `wapo-28-areas`, `wapo-loans-cheap-oil`,
`ft-demands-dropped-expectations-lowered`, `ft-belarus-cannot-pay`, `ft-arms-on-russias-tab`,
`ft-arms-promise-evades-integration`, `wapo-lukashenko-instant-deeper-integration`, `cling-2018-doctrine-not-agreed`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wargame.engine.numeric import clip01, exp, highest, or_else, relax, total
from wargame.engine.types import Array, Mask
from wargame.mechanisms.bargaining_parameters import PARAMETERS
from wargame.mechanisms.base import Mechanism
from wargame.mechanisms.unmodelled import bursts
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

LONGEST = 20_000.0  # days that are counted
NOBODY_ASKS = "nobody asks for this now"
_FULL_WAIT = 60.0  # days after which an unanswered ask weighs in full


def _kind(w: World, *kinds: str) -> Array:
    """Return 1 for items of these kinds and 0 for others, shape ``(items, 1)``."""
    return np.array([[float(w.scenario.items[name].kind in kinds)] for name in w.cast.items]).reshape(-1, 1)


def _sum(x: Array) -> Array:
    return total(x) if len(x) else np.zeros(x.shape[1])


def need_target(w: World, client: int) -> Array:
    """Return the need of credit at which today's circumstances would settle, shape ``(runs,)``."""
    p = w.parameters("bargaining")
    unstable = 1.0 - w["stability"][client]
    return clip01(p["need_base"] + p["need_bite"] * w["bite"][client] + p["need_instability"] * unstable)


def patience_target(w: World, client: int) -> Array:
    """Return the patience at which an aligned client that leaves asks open would find its patron, ``(runs,)``."""
    p = w.parameters("bargaining")
    weight = w["asked"] * np.maximum(w["item_value"], 0.0) * np.minimum(or_else(w["asked_days"], 0.0) / _FULL_WAIT, 1.0)
    waiting = np.minimum(_sum(weight), 1.0)
    return clip01(p["patience_base"] + p["patience_alignment"] * w["alignment"][client] - p["patience_waiting"] * waiting)


def _depth(w: World) -> Array:
    deep = w["item_level"] * w["agreed"] * _kind(w, "economic", "military")
    return highest(deep) if len(deep) else np.zeros(w.runs)


def begin(w: World) -> None:
    """Start from what was signed before the first day: economic level, package, need of credit, patience."""
    client, patron = w.cast.group("client")[0], w.cast.group("patron")[0]
    w["econ_signed"][client] = w["integ_econ"][client]
    w["package_depth"][:] = np.maximum(w["package_depth"], _depth(w))
    if "loan_need" not in w.scenario.actors[w.cast.actors[client]].initial:
        w["loan_need"][client] = need_target(w, client)
    if "patience" not in w.scenario.actors[w.cast.actors[patron]].initial:
        w["patience"][patron] = patience_target(w, client)


def adjudicate(w: World) -> None:
    """Settle today's asks and answers, then money, arms and the summit."""
    client, patron = w.cast.group("client")[0], w.cast.group("patron")[0]
    signed, refused = _agenda(w, client, patron)
    _money(w, client, signed, _offers(w, client, patron, signed))
    _arms(w, client)
    _goodwill(w, client, patron, signed, refused)
    summit = w.impulse("summit") > 0.0
    w["summit_days"][:] = np.where(summit, 0.0, np.minimum(w["summit_days"] + 1.0, LONGEST))


def _agenda(w: World, client: int, patron: int) -> tuple[Array, Array]:
    """Open, sign, refuse and drop items; return what was signed and refused today, 0/1, shape ``(items, runs)``."""
    w["refused_days"][:] = np.minimum(w["refused_days"] + 1.0, LONGEST)
    w["signature_days"][:] = np.minimum(w["signature_days"] + 1.0, LONGEST)
    w["econ_signed"][client] = clip01(w["econ_signed"][client] + w.impulse("integ_econ")[client])
    standing, agreed = w["asked"] > 0.0, w["agreed"] > 0.0
    w["asked_days"][:] = np.where(standing, np.minimum(or_else(w["asked_days"], 0.0) + 1.0, LONGEST), np.nan)
    _ripen(w, standing)
    if not any(w.impulse(name).any() for name in ("ask", "accept", "refuse", "drop")):
        return np.zeros_like(agreed, dtype=np.float64), np.zeros_like(agreed, dtype=np.float64)
    opened = (w.impulse("ask") > 0.0) & ~agreed & ~standing
    answerable = standing | opened
    signed = (w.impulse("accept") > 0.0) & answerable
    refused = (w.impulse("refuse") > 0.0) & answerable & ~signed
    dropped = (w.impulse("drop") > 0.0) & answerable & ~signed & ~refused
    still = answerable & ~signed & ~refused & ~dropped
    w["asked"][:] = still
    w["ripe"][:] = np.where(still, w["ripe"], 0.0)
    w["asked_days"][:] = np.where(still, or_else(w["asked_days"], 0.0), np.nan)
    w["refused_days"][:] = np.where(refused, 0.0, w["refused_days"])
    w["agreed"][:] = agreed | signed
    signature = _sum((signed & (w["item_value"] > 0.0)).astype(np.float64)) > 0.0
    w["signature_days"][:] = np.where(signature, 0.0, w["signature_days"])
    w["package_depth"][:] = np.maximum(w["package_depth"], _depth(w))
    step = _sum(signed * w["item_step"] * _kind(w, "economic"))
    w["econ_signed"][client] = clip01(w["econ_signed"][client] + step)
    if w.listener is not None:
        _report_agenda(w, client, patron, opened, signed, refused, dropped)
    return signed.astype(np.float64), refused.astype(np.float64)


def _ripen(w: World, standing: Mask) -> None:
    """Let the terms of asks that stood this morning become ripe: by haggling, or because the leaders meet today."""
    names = [f"bargaining.haggling.{name}" for name in w.cast.items]
    done = w.draws.uniforms(names, w.tick) < 1.0 - exp(-1.0 / w.parameters("bargaining")["haggle_days"])
    settled = done | (w.impulse("summit") > 0.0) | (w["ripe"] > 0.0)
    w["ripe"][:] = np.where(standing & settled, 1.0, 0.0)


def _offers(w: World, client: int, patron: int, signed: Array) -> Array:
    """Take offers that go with open asks; return the credit offered for what was signed today, shape ``(runs,)``."""
    p, loan, arms = w.parameters("bargaining"), w["loan_offer"], w["arms_offer"]
    new, weapons = np.maximum(w.impulse("offer_loan"), 0.0), np.maximum(w.impulse("offer_arms"), 0.0)
    if not (loan.any() or arms.any() or new.any() or weapons.any()):
        return np.zeros(w.runs)
    alive = np.maximum(w["asked"], signed)
    loan[:], arms[:] = np.minimum(loan + new, 1e6) * alive, np.minimum(arms + weapons, 1e6) * alive
    owed = _sum(signed * loan)
    w["arms_promised"][client] += _sum(signed * arms)
    loan[:], arms[:] = loan * w["asked"], arms * w["asked"]
    w["offer_worth"][:] = np.minimum((loan + 0.5 * arms) / p["credit_scale"], 1.0) * (0.5 + 0.5 * w["loan_need"][client])
    if w.listener is not None:
        who = w.scenario.actors[w.cast.actors[patron]].name
        for i, key in enumerate(w.cast.items):
            w.say("message", ((new[i] > 0.0) | (weapons[i] > 0.0)) & (alive[i] > 0.0),
                  "{who} offers USD {loan:,.0f} million of credit and arms worth {arms:,.0f} million for this: {item}.",
                  seen="parties", actor=patron, reason="A signature has its price.",
                  sources=("ft-sign-for-loan", "ft-arms-on-russias-tab"),
                  who=who, loan=np.maximum(loan[i], new[i]), arms=np.maximum(arms[i], weapons[i]),
                  item=w.scenario.items[key].name)  # fmt: skip
    return owed


def _money(w: World, client: int, signed: Array, owed: Array) -> None:
    p = w.parameters("bargaining")
    promised, loans = w["loan_promised"][client], w["loans"][client]
    worth = _sum(signed * np.maximum(w["item_value"], 0.0)) * bursts(
        w, f"bargaining.terms.{w.cast.actors[client]}", p["haggling"]
    )
    earned = np.maximum(p["terms"] * w["loan_need"][client] * worth, owed)
    promised += earned + np.maximum(w.impulse("grant")[client], 0.0)
    ordered = np.maximum(w.impulse("loan")[client], 0.0)
    name = f"bargaining.transfer.{w.cast.actors[client]}"
    transfer = w.draws.happens(name, w.tick, 1.0 - exp(-1.0 / p["pay_days"])) & (earned <= 0.0)
    due = np.where(transfer, np.maximum(promised - ordered, 0.0), 0.0)
    paid = ordered + due
    promised[:] = np.maximum(promised - paid, 0.0)
    loans += paid
    lent = paid >= 1.0
    w["loan_days"][client] = np.where(lent, 0.0, np.minimum(w["loan_days"][client] + 1.0, LONGEST))
    w["credit"][client] = clip01(w["credit"][client] * exp(-1.0 / p["credit_days"]) + paid / p["credit_scale"])
    need = relax(w["loan_need"][client], need_target(w, client), 1.0 / p["need_days"])
    w["loan_need"][client] = clip01(need - paid / p["need_scale"])
    if w.listener is not None:
        who = w.scenario.actors[w.cast.actors[client]].name
        w.say("outcome", lent, "{who} receives a loan of USD {paid:,.0f} million; USD {loans:,.0f} million are outstanding.",
              seen="all", actor=client, reason="Signatures are rewarded with credit.",
              sources=("ft-sign-for-loan", "ft-siluanov-more-credit"), who=who, paid=paid, loans=loans)  # fmt: skip


def _arms(w: World, client: int) -> None:
    p = w.parameters("bargaining")
    ordered = np.maximum(w.impulse("arms_order")[client], 0.0)
    w["arms_promised"][client] += ordered
    outstanding = w["arms_promised"][client] - w["arms_delivered"][client]
    delivered = np.clip(w.impulse("arms_delivery")[client], 0.0, np.maximum(outstanding, 0.0))
    w["arms_delivered"][client] += delivered
    w["loans"][client] += (1.0 - p["arms_discount"]) * delivered
    w["arms_days"][client] = np.where(ordered > 0.0, 0.0, np.minimum(w["arms_days"][client] + 1.0, LONGEST))
    if w.listener is not None:
        who = w.scenario.actors[w.cast.actors[client]].name
        w.say("outcome", ordered > 0.0, "{who} announces an arms order of USD {ordered:,.0f} million from its patron.",
              seen="all", actor=client, reason="An order costs less sovereignty than integration, and need not be paid soon.",
              sources=("ft-arms-promise-evades-integration", "ft-arms-on-russias-tab"), who=who, ordered=ordered)  # fmt: skip
        w.say("outcome", delivered > 0.0, "Arms worth USD {delivered:,.0f} million reach {who}.", seen="all", actor=client,
              sources=("wapo-arms-announcement",), who=who, delivered=delivered)  # fmt: skip


def _goodwill(w: World, client: int, patron: int, signed: Array, refused: Array) -> None:
    p = w.parameters("bargaining")
    worth = np.maximum(w["item_value"], 0.0)
    words = np.maximum(w.impulse("promise")[client], 0.0)
    memory = w["promises"][client]
    arms = np.minimum(np.maximum(w.impulse("arms_order")[client], 0.0) / 1000.0, 1.0)
    w["patience"][patron] = clip01(
        w["patience"][patron]
        + p["patience_signature"] * _sum(signed * worth)
        - p["patience_refusal"] * _sum(refused * worth)
        + p["patience_words"] * words * np.maximum(1.0 - memory, 0.0)
        + p["patience_arms"] * arms
    )
    w["promises"][client] = clip01(memory * exp(-1.0 / p["words_days"]) + words)


def drift(w: World) -> None:
    """Let economic integration follow what was signed, with disputes, and patience follow alignment and waiting."""
    p = w.parameters("bargaining")
    client, patron = w.cast.group("client")[0], w.cast.group("patron")[0]
    keep = exp(-1.0 / p["econ_days"])
    noise = p["dispute"] * np.sqrt(1.0 - keep * keep)
    shock = w.draws.normal(f"bargaining.dispute.{w.cast.actors[client]}", w.tick)
    signed = w["econ_signed"][client]
    w["integ_econ"][client] = clip01(signed + keep * (w["integ_econ"][client] - signed) + noise * shock)
    w["patience"][patron] = clip01(relax(w["patience"][patron], patience_target(w, client), 1.0 / p["patience_days"]))


def _report_agenda(w: World, client: int, patron: int, opened: Mask, signed: Mask, refused: Mask, dropped: Mask) -> None:
    who, whom = (w.scenario.actors[w.cast.actors[i]].name for i in (client, patron))
    for i, key in enumerate(w.cast.items):
        item = w.scenario.items[key]
        asker, asked = (whom, who) if item.value.value >= 0.0 else (who, whom)
        values: dict[str, Any] = {"asker": asker, "asked": asked, "item": item.name}
        w.say("message", opened[i], "{asker} asks {asked} for this: {item}.", seen="parties", actor=patron,
              reason="Weakness invites requests.", sources=("cbc-strategic-window", *item.source), **values)  # fmt: skip
        meaning = {
            "basing": "Building up begins; it takes weeks.",
            "military": "Military integration will deepen over the coming weeks.",
            "economic": "Economic integration will deepen over the coming months.",
        }[item.kind]
        w.say("consent", signed[i], "{asked} agrees: {item}. {meaning}", seen="parties", actor=client,
              reason="Dependence is {dependence:.2f}, and credit is needed.",
              sources=("ft-sign-for-loan", *item.source), meaning=meaning, dependence=w["dependence"][client],
              **values)  # fmt: skip
        w.say("consent", refused[i], "{asked} refuses: {item}.", seen="parties", actor=client,
              reason="It would cost more sovereignty than it brings.",
              sources=("cling-minsk-sovereignty-brakes", *item.source), **values)  # fmt: skip
        w.say("message", dropped[i], "{asker} drops its request: {item}.", seen="parties", actor=patron,
              sources=("ft-demands-dropped-expectations-lowered",), **values)  # fmt: skip


_SIGNED = Disclosure(
    ("asked", "agreed", "loan_offer", "arms_offer"), "deed", "a signature is public, and so is what is paid for it"
)
_PROMISED = (_SIGNED, Disclosure(("loan_need",), "luck", "the sum promised with a signature is haggled over (haggling)"))

MECHANISM = Mechanism(
    name="bargaining",
    says="Asks, signatures, credit that follows a signature, arms promised, the patron's patience.",
    systems=("S8",),
    fields=(
        Field("asked", "Whether an ask is open.", ("item",), "0/1", seen="parties"),
        Field("asked_days", "Days the ask has been open.", ("item",), "days", 0, LONGEST, np.nan, "parties", "not asked"),
        Field("ripe", "Whether the terms of an open ask have been worked out.", ("item",), "0/1", seen="parties"),
        Field("agreed", "Whether the item has been agreed.", ("item",), "0/1", seen="parties"),
        Field("refused_days", "Days since the last refusal.", ("item",), "days", 0, LONGEST, np.nan, "parties", "never"),
        Field("loan_offer", "Credit offered with an open ask.", ("item",), "USD m", 0, 1e6, seen="parties"),
        Field("arms_offer", "Arms offered with an open ask.", ("item",), "USD m", 0, 1e6, seen="parties"),
        Field("offer_worth", "What the offer is worth to the client.", ("item",), seen="client",
              tells=(Disclosure(("loan_need",), "own", "the client knows what it needs"),)),
        Field("loans", "Credit from the patron outstanding.", ("actor",), "USD m", 0, 1e6, tells=_PROMISED),
        Field("loan_promised", "Credit promised by the patron and not yet paid.", ("actor",), "USD m", 0, 1e6, tells=_PROMISED),
        Field("loan_need", "The actor's need of credit.", seen="belief"),
        Field("loan_days", "Days since a loan was paid.", ("actor",), "days", 0, LONGEST, np.nan, missing="never",
              tells=_PROMISED),
        Field("credit", "Fresh credit in hand (1: the package of 2020).", tells=_PROMISED),
        Field("arms_promised", "Arms ordered or promised so far.", ("actor",), "USD m", 0, 1e6, tells=(_SIGNED,)),
        Field("arms_delivered", "Arms delivered so far.", ("actor",), "USD m", 0, 1e6),
        Field("arms_days", "Days since an arms order was announced.", ("actor",), "days", 0, LONGEST, np.nan, missing="never"),
        Field("integ_econ", "Economic integration with the patron.", tells=(_SIGNED,)),
        Field("econ_signed", "Economic integration that the signed agreements amount to.", tells=(_SIGNED,)),
        Field("package_depth", "Depth of the package: 0 none, 1 economic, 2 defence space, 3 doctrine, 4 currency.", (),
              "I0-I4", 0, 5, seen="parties"),
        Field("signature_days", "Days since the client last signed something.", (), "days", 0, LONGEST, np.nan, missing="never",
              tells=(_SIGNED,)),
        Field("summit_days", "Days since the leaders last met.", (), "days", 0, LONGEST, np.nan, missing="never"),
        Field("promises", "Verbal promises still remembered."),
        Field("patience", "The patron's patience with its client.", default=0.5, seen="belief"),
    ),
    impulses=(
        Impulse("ask", "the item is asked for", ("item",), "0/1", "asked({row}) < 0.5 and agreed({row}) < 0.5",
                "it has been asked for already, or is agreed", "asker"),
        Impulse("accept", "the open ask is accepted", ("item",), "0/1", "asked({row}) > 0.5", NOBODY_ASKS, "asked"),
        Impulse("refuse", "the open ask is refused", ("item",), "0/1", "asked({row}) > 0.5", NOBODY_ASKS, "asked"),
        Impulse("drop", "the open ask is withdrawn", ("item",), "0/1", "asked({row}) > 0.5", NOBODY_ASKS, "asker"),
        Impulse("offer_loan", "credit offered with the open ask", ("item",), "USD m"),
        Impulse("offer_arms", "arms offered with the open ask", ("item",), "USD m"),
        Impulse("loan", "credit paid to the actor", ("actor",), "USD m"),
        Impulse("grant", "credit granted to the actor, paid when a transfer is made", ("actor",), "USD m"),
        Impulse("arms_order", "arms ordered by the actor", ("actor",), "USD m"),
        Impulse("arms_delivery", "arms delivered to the actor", ("actor",), "USD m"),
        Impulse("summit", "the leaders meet", (), "0/1"),
        Impulse("promise", "the actor promises more in words"),
        Impulse("integ_econ", "economic integration outside the agenda"),
    ),
    phases={"adjudicate": adjudicate, "drift": drift},
    begin=begin,
    needs=("client", "patron"),
    parameters=PARAMETERS,
    sources=("ft-sign-for-loan", "ft-demands-dropped-expectations-lowered", "ft-arms-promise-evades-integration",
             "wapo-28-areas", "F-E1-promise-2021"),
)  # fmt: skip
