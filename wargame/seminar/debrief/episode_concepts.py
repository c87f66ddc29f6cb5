"""What the literature says of each kind of episode, in our words, and what of the documents bears on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """A concept: its name, what it says, where it was first worked out, what in the documents bears on it."""

    title: str
    says: str
    reference: str
    sources: tuple[str, ...]
    asks: str  # a question for the class


CONCEPTS = {
    "spiral": Concept(
        "Spiral",
        "Each side arms or hardens to be safe, the other takes it for a threat and answers, and both end up less safe than they "
        "began, although neither meant to attack. What looks like firmness from inside looks like menace from outside.",
        "Herz 1950; Jervis 1976, 1978",
        ("wapo-putin-nato-buildup-justifies", "cling-moscow-watches-nato-words", "odr-escalation-hard-to-control",
         "odr-conflicts-defy-intentions"),
        "Which step would each side have called defensive, and who could have stopped first at what price?",
    ),
    "commitment_trap": Concept(
        "Commitment trap",
        "A promise or a public stand is meant to gain room or to impress. When the situation turns, it has to be honoured in a "
        "shape that its author would not have chosen on a free day.",
        "Schelling 1966; Fearon 1994; Snyder 1997",
        ("wapo-putin-support-promise-conditional", "wapo-lukashenko-instant-deeper-integration",
         "ft-arms-promise-evades-integration", "odr-act-exactly-like-russian"),
        "Would the second step have been taken had the first never been said aloud?",
    ),
    "deterrence_failure": Concept(
        "Deterrence failure",
        "Somebody shows strength or resolve so that an act does not happen, and it happens. Either the show was not believed, or "
        "the one it was meant for wanted the act more, or feared waiting more, than its author thought.",
        "Schelling 1966; George and Smoke 1974; Jervis 1979",
        ("wapo-mae-little-allies-can-do", "wapo-mae-conventional-imbalance", "cling-efp-four-battlegroups",
         "odr-reznikov-not-enough"),
        "Was the threat not believed, not known, or not enough?",
    ),
    "fait_accompli": Concept(
        "Fait accompli",
        "A position is changed before anybody who minds has noticed. From then on the others must choose between accepting it "
        "and being the ones who escalate.",
        "Schelling 1966; Altman 2017",
        ("ft-snap-drill-crimea-pretext", "cbc-training-centre-base-in-disguise", "odr-flagstok-abandoned-airbase",
         "wapo-ukraine-spring-kit-left"),
        "When could it have been known, by whom, and what would they have done with the knowledge?",
    ),
    "abandonment_fear": Concept(
        "Fear of abandonment",
        "An ally that needs the other more than it is needed asks for reassurance. If none comes it hedges, does something loud "
        "to be heard, or draws closer at a price; if too much comes, the one who gives it may be dragged along.",
        "Mandelbaum 1981; Snyder 1984, 1997",
        ("wapo-lithuania-permanent-presence-deficit", "ft-four-nato-battalions", "ft-lukashenko-seeks-support",
         "cling-nato-ukraine-response-as-clue"),
        "What would have been enough, and what would it have cost the one who was asked?",
    ),
    "misread_signal": Concept(
        "Misread signal",
        "An actor decides by what it believes, and what it believes is far from what is true: because the reports err, because "
        "what is hidden is filled in, or because past experience is read into the present.",
        "Jervis 1970, 1976",
        ("odr-experts-more-cautious", "odr-stoltenberg-30000", "odr-porotnikov-10000", "odr-observers-unknown-true-intent"),
        "What did you see, what did you add to it yourselves, and what would have changed your mind?",
    ),
}  # fmt: skip
