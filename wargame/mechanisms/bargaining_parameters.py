"""Parameters of the mechanism ``bargaining``: terms, payment, haggling, need of credit, patience."""

from __future__ import annotations

from wargame.mechanisms.base import Parameter
from wargame.mechanisms.unmodelled import unmodelled


def _day(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    prior = {"lognormal": {"median": value, "sigma": 0.4}}
    return Parameter(name, value, says, "days", prior, source, why, low=1.0)


def _size(name: str, value: float, unit: str, says: str, why: str, *source: str) -> Parameter:
    prior = {"lognormal": {"median": value, "sigma": 0.35}}
    return Parameter(name, value, says, unit, prior, source, why, low=0.0)


_GUESS = "order of magnitude only; the documents give the sign"

PARAMETERS = (
    _size("terms", 2100.0, "USD m", "credit promised per unit of value signed and unit of need",
          "28 programmes of value 0.5 at need 0.6 make the 630 million promised in September 2021", "ft-sign-for-loan",
          "F-E1-promise-2021"),
    unmodelled(0.25, "Spread of the credit that a signature brings (log)", "terms are argued to the last day; judged",
               ("ft-sign-for-loan",), name="haggling"),
    _day("pay_days", 25.0, "mean time from a promise of credit to the transfer",
         "tranches of 2020-21 came five to fifteen weeks after the deal; a first payment is quicker", "F-E1-package-2020",
         "ft-siluanov-more-credit"),
    _day("haggle_days", 60.0, "mean time until the terms of an ask are worked out, if the leaders do not meet before",
         "the doctrine had waited for three years and the programmes, revived in the autumn of 2020, for one; a leaders' meeting "
         "every other month cuts that short", "cling-2018-doctrine-not-agreed", "ft-demands-dropped-expectations-lowered",
         "ft-fifth-meeting-2021"),
    _size("credit_scale", 1500.0, "USD m", "fresh credit that counts as one", "the package of 2020", "ft-loan-1500m-2020"),
    _day("credit_days", 365.0, "time constant with which fresh credit is used up",
         "the package of 2020 lasted a year", "F-E1-package-2020"),
    _size("need_scale", 3300.0, "USD m", "credit that covers a need of one", "foreign debt due in 2022", "F-E1-due"),
    _day("need_days", 120.0, "time constant of the need of credit", "debt falls due by the quarter", "F-E1-due"),
    Parameter("need_base", 0.15, "need of credit when nothing presses", "share", {"beta": {"mean": 0.15, "sd": 0.05}},
              ("ft-belarus-cannot-pay",), "a standing subsidy is needed even in calm years"),
    _size("need_bite", 0.45, "share", "need added by sanctions felt in full", _GUESS, "ft-belarus-cannot-pay"),
    _size("need_instability", 0.40, "share", "need added by a regime without stability", _GUESS, "wapo-loans-cheap-oil"),
    Parameter("arms_discount", 0.5, "share of delivered arms that the patron gives away", "share",
              {"beta": {"mean": 0.5, "sd": 0.2}}, ("ft-arms-on-russias-tab", "ft-belarus-cannot-pay"),
              "steep discount says the source; half is a guess", 0.0, 1.0),
    _day("econ_days", 45.0, "time constant of economic integration and of disputes about it",
         "programmes are carried out over months", "wapo-28-areas"),
    Parameter("dispute", 0.025, "stationary spread of economic integration around what is signed", "share",
              {"lognormal": {"median": 0.025, "sigma": 0.3}}, ("wapo-integration-dead-early-2020",
              "cling-military-most-stable-platform"), "oil and tax disputes moved it by a few points a year", low=0.0),
    Parameter("patience_base", 0.30, "patience with a client that follows nothing", "share",
              {"beta": {"mean": 0.3, "sd": 0.1}}, ("ft-problematic-ally",), _GUESS),
    _size("patience_alignment", 0.40, "share", "patience added by full alignment", _GUESS, "odr-must-show-indispensable"),
    _size("patience_waiting", 0.30, "share", "patience lost to long unanswered asks of full value", _GUESS,
          "cling-2018-doctrine-not-agreed"),
    _size("patience_signature", 0.15, "share", "patience gained per unit of value signed", _GUESS, "ft-sign-for-loan"),
    _size("patience_refusal", 0.25, "share", "patience lost per unit of value refused", _GUESS, "ft-problematic-ally"),
    _size("patience_words", 0.10, "share", "patience bought by a first verbal promise", _GUESS,
          "wapo-lukashenko-instant-deeper-integration"),
    _size("patience_arms", 0.08, "share", "patience bought by an arms order of a billion", _GUESS,
          "ft-arms-promise-evades-integration"),
    _day("words_days", 90.0, "time constant with which verbal promises are forgotten", _GUESS,
         "wapo-lukashenko-instant-deeper-integration"),
    _day("patience_days", 60.0, "time constant of patience", _GUESS, "ft-problematic-ally"),
)  # fmt: skip
