"""Bargaining: the agenda, credit after a signature, arms, the patron's patience (stylised facts 30, 33, 58)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, item, listen, play, world
from wargame.engine.types import Array
from wargame.mechanisms.bargaining import MECHANISM
from wargame.world.world import World

ONLY = (MECHANISM,)


def _order(w: World, name: str, *items: str) -> None:
    for one in items:
        w.impulse(name)[item(w, one)] = 1.0


def test_an_ask_stays_open_and_is_counted_until_it_is_answered() -> None:
    w = world()
    k = item(w, "command")
    _order(w, "ask", "command")
    play(w, 1, ONLY)
    assert (w["asked"][k, 0], w["asked_days"][k, 0]) == (1.0, 0.0)
    assert np.isnan(w["refused_days"][k, 0])  # never
    play(w, 9, ONLY)
    assert (w["asked"][k, 0], w["asked_days"][k, 0]) == (1.0, 9.0)
    _order(w, "refuse", "command")
    play(w, 1, ONLY)
    assert (w["asked"][k, 0], w["refused_days"][k, 0]) == (0.0, 0.0)
    assert np.isnan(w["asked_days"][k, 0])
    play(w, 3, ONLY)
    assert w["refused_days"][k, 0] == 3.0


def test_nothing_is_agreed_that_was_not_asked() -> None:
    w = world()
    _order(w, "accept", "command")
    play(w, 1, ONLY)
    assert w["agreed"][item(w, "command"), 0] == 0.0


def test_a_dropped_ask_is_no_refusal() -> None:
    w = world()
    _order(w, "ask", "command")
    play(w, 1, ONLY)
    _order(w, "drop", "command")
    play(w, 1, ONLY)
    assert w["asked"][item(w, "command"), 0] == 0.0
    assert np.isnan(w["refused_days"][item(w, "command"), 0])


def test_ask_and_accept_on_one_day_make_a_summit_and_what_is_agreed_cannot_be_asked_again() -> None:
    w = world()
    _order(w, "ask", "package", "command")
    _order(w, "accept", "package")
    w.impulse("summit")[:] = 1.0
    play(w, 1, ONLY)
    assert w["agreed"][:, 0].sum() == 1.0
    assert (w["signature_days"][0], w["summit_days"][0], w["package_depth"][0]) == (0.0, 0.0, 1.0)
    _order(w, "ask", "package")
    play(w, 1, ONLY)
    assert w["asked"][item(w, "package"), 0] == 0.0
    assert (w["signature_days"][0], w["summit_days"][0]) == (1.0, 1.0)


def test_terms_ripen_within_months_or_when_the_leaders_meet() -> None:
    w = world(runs=500)
    k = item(w, "command")
    _order(w, "ask", "command")
    play(w, 1, ONLY)
    assert w["ripe"][k].max() == 0.0  # an ask of today has not been haggled over
    play(w, 60, ONLY)
    assert w["ripe"][k].mean() == pytest.approx(1.0 - np.exp(-1.0), abs=0.08)  # 3.7 standard errors of 500 runs
    w.impulse("summit")[:] = 1.0
    play(w, 1, ONLY)
    assert w["ripe"][k].min() == 1.0
    _order(w, "refuse", "command")
    play(w, 1, ONLY)
    assert w["ripe"][k].max() == 0.0


def test_a_grant_is_a_promise_that_is_paid_within_weeks() -> None:
    w = world(runs=500)
    before = client(w, "loans")
    w.impulse("grant")[actor(w, "lowland")] = 1500.0
    play(w, 1, ONLY)
    assert (client(w, "loans") + client(w, "loan_promised") - before == 1500.0).all()
    play(w, 25, ONLY)
    paid = client(w, "loans") - before
    assert sorted(set(paid)) == [0.0, 1500.0]
    assert (paid > 0.0).mean() == pytest.approx(1.0 - np.exp(-1.04), abs=0.08)


def test_a_signature_is_followed_by_a_loan_within_eight_weeks() -> None:
    signed, not_signed = world(runs=500), world(runs=500)
    _order(signed, "ask", "package")
    _order(signed, "accept", "package")
    # 2,100 million x value 0.5 x need 0.6
    play(signed, 1, ONLY)
    assert client(signed, "loan_promised")[0] == pytest.approx(630.0, rel=0.01)
    play(signed, 56, ONLY)
    play(not_signed, 57, ONLY)
    share = [float((client(w, "loan_days") <= 56).mean()) for w in (signed, not_signed)]
    assert share[0] - share[1] >= 0.3
    assert share[1] == 0.0


def test_a_loan_ordered_by_the_patron_draws_down_its_promise_first() -> None:
    w = world(loan_promised=600.0)
    w.impulse("loan")[actor(w, "lowland")] = 500.0
    play(w, 1, ONLY)
    paid_and_due = client(w, "loans")[0] + client(w, "loan_promised")[0]
    assert paid_and_due == pytest.approx(600.0)
    assert client(w, "loan_days")[0] == 0.0


def test_credit_lowers_the_need_and_is_used_up() -> None:
    w = world()
    need = client(w, "loan_need")[0]
    w.impulse("loan")[actor(w, "lowland")] = 1500.0
    play(w, 1, ONLY)
    assert client(w, "credit")[0] == 1.0
    assert client(w, "loan_need")[0] == pytest.approx(need - 1500.0 / 3300.0, abs=0.01)
    play(w, 365, ONLY)
    assert client(w, "credit")[0] == pytest.approx(np.exp(-1.0), abs=1e-9)
    assert client(w, "loan_need")[0] == pytest.approx(need, abs=0.05)


def test_sanctions_and_unrest_raise_the_need_of_credit() -> None:
    assert client(world(sanctions=0.9), "loan_need")[0] > client(world(sanctions=0.1), "loan_need")[0]
    assert client(world(stability=0.2), "loan_need")[0] > client(world(stability=0.8), "loan_need")[0]


def test_the_clients_own_wish_earns_no_credit() -> None:
    w = world()
    _order(w, "ask", "cheap_gas")
    _order(w, "accept", "cheap_gas")
    play(w, 1, ONLY)
    assert w["agreed"][item(w, "cheap_gas"), 0] == 1.0
    assert client(w, "loan_promised")[0] == 0.0
    assert np.isnan(w["signature_days"][0])


def test_arms_are_delivered_up_to_what_was_promised_and_charged_at_a_discount() -> None:
    w = world()
    w.impulse("arms_order")[actor(w, "lowland")] = 1000.0
    play(w, 1, ONLY)
    w.impulse("arms_delivery")[actor(w, "lowland")] = 1500.0
    play(w, 1, ONLY)
    assert client(w, "arms_delivered")[0] == 1000.0
    assert client(w, "loans")[0] == 500.0
    assert client(w, "arms_days")[0] == 1.0


def test_patience_falls_by_waiting_and_refusal_and_words_wear_out() -> None:
    def patience(w: World) -> float:
        return float(w["patience"][actor(w, "highmark"), 0])

    quiet, waiting = world(), world()
    _order(waiting, "ask", "command", "rotation")
    play(quiet, 60, ONLY)
    play(waiting, 60, ONLY)
    assert patience(waiting) < patience(quiet) - 0.05
    before = patience(waiting)
    _order(waiting, "refuse", "command")
    play(waiting, 1, ONLY)
    assert patience(waiting) < before - 0.1
    gains = []
    for _ in range(3):
        before = patience(quiet)
        quiet.impulse("promise")[actor(quiet, "lowland")] = 0.5
        play(quiet, 1, ONLY)
        gains.append(patience(quiet) - before)
    assert gains[0] > gains[1] > gains[2]


def test_economic_integration_follows_the_signature_and_quarrels_more_than_the_military_channel() -> None:
    w = world(runs=200)
    _order(w, "ask", "package")
    _order(w, "accept", "package")
    play(w, 300, ONLY)
    assert client(w, "integ_econ").mean() == pytest.approx(0.42 + 0.05, abs=0.01)
    path: dict[str, list[Array]] = {"integ_econ": [], "integ_mil": []}
    w = world(runs=200)
    for _ in range(200):
        play(w, 1)
        for field, values in path.items():
            values.append(client(w, field))
    spread = {field: np.std(np.array(values), axis=0) for field, values in path.items()}
    assert float((spread["integ_mil"] < spread["integ_econ"]).mean()) > 0.9


def test_the_agenda_is_told_with_what_acceptance_means() -> None:
    w = world()
    heard = listen(w)
    _order(w, "ask", "package", "rotation", "cheap_gas")
    play(w, 1, ONLY)
    _order(w, "accept", "rotation")
    _order(w, "refuse", "package", "cheap_gas")
    play(w, 1, ONLY)
    assert [e["fact"] for e in heard] == [
        "Lowland asks Highmark for this: cheap gas.",
        "Highmark asks Lowland for this: trade package.",
        "Highmark asks Lowland for this: rotation at Brook.",
        "Highmark refuses: cheap gas.",
        "Lowland refuses: trade package.",
        "Lowland agrees: rotation at Brook. Building up begins; it takes weeks.",
    ]


def test_an_offer_goes_with_an_open_ask_and_is_owed_once_it_is_signed() -> None:
    w = world()
    k = item(w, "command")
    w.impulse("offer_loan")[k] = 900.0
    play(w, 1, ONLY)
    assert w["loan_offer"][k, 0] == 0.0  # nothing was asked
    _order(w, "ask", "command")
    play(w, 1, ONLY)
    w.impulse("offer_loan")[k], w.impulse("offer_arms")[k] = 2000.0, 300.0
    need = client(w, "loan_need")[0]
    play(w, 1, ONLY)
    assert (w["loan_offer"][k, 0], w["arms_offer"][k, 0]) == (2000.0, 300.0)
    assert w["offer_worth"][k, 0] == pytest.approx(0.5 + 0.5 * need, abs=0.01)  # more than the package of 2020
    armed = client(w, "arms_promised")[0]
    _order(w, "accept", "command")
    play(w, 1, ONLY)
    assert client(w, "loan_promised")[0] >= 2000.0
    assert client(w, "arms_promised")[0] == armed + 300.0
    assert (w["loan_offer"][k, 0], w["offer_worth"][k, 0]) == (0.0, 0.0)


def test_a_refused_ask_takes_its_offer_with_it() -> None:
    w = world()
    k = item(w, "command")
    _order(w, "ask", "command")
    w.impulse("offer_loan")[k] = 500.0
    play(w, 1, ONLY)
    assert w["loan_offer"][k, 0] == 500.0
    owed = client(w, "loan_promised")[0]
    _order(w, "refuse", "command")
    play(w, 1, ONLY)
    assert w["loan_offer"][k, 0] == 0.0
    assert client(w, "loan_promised")[0] <= owed
