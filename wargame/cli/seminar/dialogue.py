"""The dialogue of a game alone: what is asked in each phase, and what the answers do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wargame.cli.console.options import echo
from wargame.cli.seminar.terminal import Back, Terminal
from wargame.scenario.words import capitalised
from wargame.seminar.rules.bounds import PUBLIC, Refusal
from wargame.seminar.solo import text as words
from wargame.seminar.solo.playing import SoloGame
from wargame.seminar.views.groups import channels
from wargame.seminar.views.words import KINDS

Json = dict[str, Any]
STRENGTHS = {"h": 0.5, "half": 0.5, "": 1.0, "1": 1.0, "full": 1.0, "2": 2.0, "d": 2.0, "double": 2.0}
READING = (
    "s: situation · g: all gauges · t: theatre (forces, exercises, agenda) · r: reports",
    "y: your role · p: your past turns · m: messages",
)
MORE = 20  # reports at a time


class Table:
    """Plays a game alone with whoever answers at the terminal. Shows nothing but the player's view of the session."""

    def __init__(self, solo: SoloGame, terminal: Terminal, command: str) -> None:
        self._solo, self._terminal, self._command = solo, terminal, command
        self._pages: Mapping[str, Callable[[], None]] = {
            "situation": self._situation, "gauges": lambda: terminal.show(words.gauges(solo.view(), solo.before)),
            "theatre": lambda: terminal.show(words.theatre(solo.view())), "reports": self._reports,
            "you": lambda: terminal.show(words.role(solo.view())), "past": lambda: terminal.show(words.past(solo.view())),
            "messages": self._messages,
        }  # fmt: skip

    def play(self) -> Path:
        """Play to the debrief and return the page that was written.

        Raises :class:`wargame.cli.seminar.terminal.Quit` when the player wishes to stop before.
        """
        self._solo.settle()
        self._terminal.say(self._solo.view()["title"], "head")
        while self._solo.phase != "debrief":
            {"briefing": self._briefing, "orders": self._orders, "reveal": self._reveal}[self._solo.phase]()
        return self._debrief()

    def _briefing(self) -> None:
        self._terminal.show([words.heading(self._solo.view()), *words.role(self._solo.view(), cite=False)])
        self._terminal.say("The other seats are played by their documented policies. ? helps at every question.", "detail")
        self._menu("Enter to begin", {"": self._solo.go_on}, ("Enter: begin the first turn", *READING), "briefing")

    def _orders(self) -> None:
        self._terminal.blank()
        self._terminal.show([words.heading(self._solo.view())])
        self._situation()
        numbers = {str(i): lambda i=i: self._channel(i - 1) for i in range(1, 5)}
        own = {"": lambda: None, **numbers, "forecast": self._forecast, "why": self._why, "next": self._next, "end": self._end}
        help = (
            "1 to 4: give an order in that channel, or hold", "f: forecasts · w: why, in your own words · n: next, play the turn",
            "e: end the game here and write the debrief", *READING,
        )  # fmt: skip
        self._menu("Orders: 1-4, f, w, n (next), ? (help), q (save and quit)", own, help, "orders", self._table)

    def _reveal(self) -> None:
        self._terminal.blank()
        view = self._solo.view()
        self._terminal.show([words.Row(f"Turn {view['turn']} has been played", "day"), *words.news(view)])
        if view["over"]:
            prompt, help = "Enter for the debrief", "Enter: the game is over; write the debrief"
            self._menu(prompt, {"": self._solo.go_on}, (help, *READING), "reveal")
        else:
            own = {"": self._solo.go_on, "end": self._end}
            help = "Enter: go on to the next turn · e: end the game here and write the debrief"
            self._menu("Enter to go on", own, (help, *READING), "reveal")

    def _debrief(self) -> Path:
        self._terminal.say("The game is over.", "head")
        said = ""

        def progress(share: float, doing: str) -> None:
            nonlocal said
            if not said:
                echo("the debrief compares your game with other histories; this can take a minute or two", err=True)
            if doing != said and share < 1.0:
                echo(f"{doing} …", err=True)
            said = doing

        return self._solo.debrief(self._command, progress)

    def _menu(
        self, prompt: str, own: Mapping[str, Callable[[], None]], help: tuple[str, ...], phase: str,
        show: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """Ask what to do, and do it, for as long as the phase lasts."""
        while self._solo.phase == phase:
            if show is not None:
                show()
            try:
                answer = self._terminal.ask(prompt, help)
            except Back:
                self._terminal.say("There is nothing to go back to here. q saves and quits.", "detail")
                continue
            act = _found(answer, {**own, **self._pages})
            if act is None:
                self._terminal.say(f"There is no choice {answer[:40]!r} here; ? shows what there is.", "incident")
                continue
            try:
                act()
            except Back:
                continue
            except Refusal as error:
                self._terminal.say(str(error), "incident")

    def _situation(self) -> None:
        self._terminal.show(words.situation(self._solo.view(), self._solo.before))

    def _table(self) -> None:
        view = self._solo.view()
        self._terminal.blank()
        self._terminal.show(words.table(view, channels(view)))

    def _reports(self) -> None:
        view = self._solo.view()
        self._terminal.show([words.Row("Reports of the last turn", "head"), *words.reports(words.last_reports(view))])
        older = words.older_reports(view)
        while older:
            self._terminal.ask(f"Enter for older ones ({len(older)})", ("Enter: earlier reports, newest first",))
            self._terminal.show(words.reports(older[:MORE]))
            older = older[MORE:]

    def _channel(self, index: int) -> None:
        """Offer the cards of a channel until an order stands, or the player goes back."""
        more = False
        help = ("a number: look at that order before you give it", "h: hold, order nothing here · t: take back what was ordered",
                "m: more orders, and those that are not open with the reason")  # fmt: skip
        while True:
            view = self._solo.view()
            channel = channels(view)[index]
            groups = [*channel["first"], *channel["more"], *channel["off"]]
            self._terminal.blank()
            self._terminal.show(words.choices(channel, more))
            prompt = f"{capitalised(channel['id'])}: number, h (hold), t (take back), m (more)"
            answer = self._terminal.number(prompt, len(groups), help, {"h": "hold", "t": "none", "m": "more"})
            if answer == "more":
                more = True
            elif isinstance(answer, str):
                self._solo.do("order", channel=channel["id"], card=answer)
                return
            else:
                try:
                    if self._give(groups[answer]):
                        return
                except Back:
                    continue

    def _give(self, group: Json) -> bool:
        """Show an order, ask for what is left open, and give it; false when it cannot be given."""
        cards = group["cards"]
        if len(cards) > 1:
            self._terminal.show(words.ways(group))
            place = self._terminal.number("Which", len(cards), ("a number: that one",))
            assert isinstance(place, int)
            card = cards[place]
        else:
            card = cards[0]
        self._terminal.show(words.card(card))
        if card["legal"] is False:
            return False
        fields: Json = {"size": self._strength()} if card["sized"] else {}
        why = self._terminal.ask("Why? (Enter: no reason; b: do not order it)", (
            "one line for the debrief: what is this order meant to achieve?", "Enter: give the order without a reason",
        ))  # fmt: skip
        try:
            self._solo.do("order", card=card["id"], rationale=why, **fields)
        except Refusal as error:
            self._terminal.say(str(error), "incident")
            return False
        self._terminal.say(f"Ordered ({card['channel']}): {card['title']}", "order")
        return True

    def _strength(self) -> float:
        while True:
            answer = self._terminal.ask("Strength: h (half), Enter (full), d (double)", ("h: half · Enter: full · d: double",))
            if answer.lower() in STRENGTHS:
                return STRENGTHS[answer.lower()]
            self._terminal.say(f"expected h, Enter or d (got {answer[:40]!r})", "incident")

    def _forecast(self) -> None:
        """Ask every question of this turn; what is left empty stays as it was."""
        questions = self._solo.view()["questions"]
        self._terminal.show(words.questions(self._solo.view()))
        for number, one in enumerate(questions, 1):
            chance = self._chance(number)
            if chance is not None:
                self._solo.do("forecast", answers={one["id"]: chance})

    def _chance(self, number: int) -> float | None:
        help = ("0 to 100: 0 is certainly not, 50 is as likely as not, 100 is certainly", "Enter: leave it as it is")
        while True:
            answer = self._terminal.ask(f"Question {number}, chance in per cent", help)
            if not answer:
                return None
            try:
                value = float(answer.removesuffix("%").strip())
            except ValueError:
                value = math.nan
            if 0.0 <= value <= 100.0:
                return value / 100.0
            self._terminal.say(f"expected a number from 0 to 100 (got {answer[:40]!r})", "incident")

    def _why(self) -> None:
        help = ("one line: what do you expect of the others, and what is this turn meant to achieve?", "Enter: nothing")
        self._solo.do("note", text=self._terminal.ask("Why this turn", help))

    def _messages(self) -> None:
        """Show what was written, and write."""
        view = self._solo.view()
        self._terminal.show(words.letters(view))
        others = [one for one in view["seats"] if one["actor"] != view["seat"]]
        for number, name in enumerate([*(one["name"] for one in others), "everybody"], 1):
            self._terminal.show([words.Row(name, "plain", f"  {number:>3} ")])
        place = self._terminal.number("Write to whom? (b: nobody)", len(others) + 1, (
            "a number: write to that seat", "Policies read no words; what moves others is the order that a message stands for.",
        ))  # fmt: skip
        assert isinstance(place, int)
        to = others[place]["actor"] if place < len(others) else PUBLIC
        kinds = list(KINDS.items())
        self._terminal.show([words.Row(says, "plain", f"  {number:>3} ") for number, (_, says) in enumerate(kinds, 1)])
        kind = self._terminal.number("What kind", len(kinds), ("a number: that kind", "Enter: free text"), {"": "free"})
        carried = self._carried(view, to)
        text = self._terminal.ask("Text", help := ("what you want to say, in one line",))
        while not text and carried is None:
            text = self._terminal.ask("Text (b: send nothing)", help)
        fields = {"card": carried["id"]} if carried else {}
        self._solo.do("message", to=[to], kind=kind if isinstance(kind, str) else kinds[kind][0], text=text, **fields)
        self._terminal.say(f"Sent{'; ordered (diplomatic): ' + carried['title'] if carried else ''}.", "order")

    def _carried(self, view: Json, to: str) -> Json | None:
        """Return the diplomatic order that a message stands for, if the player chooses one of those that are about its reader."""
        about = [
            card
            for card in view["cards"]
            if view["phase"] == "orders"
            and card["channel"] == "diplomatic"
            and card["legal"] is not False
            and card["target"] == to
        ]
        if not about:
            return None
        self._terminal.show([words.Row(card["title"], "plain", f"  {number:>3} ") for number, card in enumerate(about, 1)])
        help = ("a number: the message stands for that order, and gives it", "Enter: words only")
        chosen = self._terminal.number("Stands for which order? (Enter: words only)", len(about), help, {"": "words"})
        return None if isinstance(chosen, str) else about[chosen]

    def _next(self) -> None:
        """Play the turn; without any order, ask what that means."""
        view = self._solo.view()
        if view["staff_decides"]:
            help = ("h: order nothing in any channel", "s: your staff decides, by your documented policy")
            answer = self._terminal.number("You have ordered nothing. h (hold everywhere) or s (your staff decides)", 0, help,
                                           {"h": "hold", "s": "staff"})  # fmt: skip
            if answer == "hold":
                self._solo.do("ready", ready=True)
        self._solo.play()

    def _end(self) -> None:
        help = ("y: no more turns; the debrief is written", "n: play on")
        if self._terminal.number("End the game after the turns played so far? y or n", 0, help, {"y": "yes", "n": "no"}) == "yes":
            self._solo.finish()


def _found(answer: str, choices: Mapping[str, Callable[[], None]]) -> Callable[[], None] | None:
    """Return the choice that an answer means: its name, or how its name begins."""
    if answer in choices:
        return choices[answer]
    wanted = answer.lower()
    named = [act for name, act in choices.items() if wanted and name.startswith(wanted)]
    return named[0] if len(named) == 1 else None
