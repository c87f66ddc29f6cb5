"""What names mean in a scenario's expressions: the truth (for the ladder, injects, measures) or one actor's view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wargame.errors import allowed, did_you_mean
from wargame.expressions import Const, ExpressionError, Many, Ref, Slot
from wargame.world.cast import Cast
from wargame.world.fields import Field, Layout

FUNCTIONS: Mapping[str, str] = {
    "asked": "asked(item): 1 while the item is asked for",
    "agreed": "agreed(item): 1 once the item is agreed",
    "asked_days": "asked_days(item): days since it was asked for; missing: it is not asked for",
    "refused_days": "refused_days(item): days since it was last refused; missing: never",
    "cost": "cost(item): what the item costs the client",
    "sovereignty_cost": "sovereignty_cost(item): the same as cost(item)",
    "worth": "worth(item): what the item is worth to the patron",
    "basing": "basing(site), basing(item) or basing(here): level on the basing ladder there, as far as it may be known",
    "known": "known(site): 1 if this actor knows that the site is used",
    "believed": "believed(actor.field): what this actor holds true about another's hidden field",
    "unsure": "unsure(actor.field): the spread of that belief",
    "days_since": "days_since(actor.action): days since the action was last taken; missing: never",
    "total": "total(group.field): sum over the actors in a role",
    "mean": "mean(group.field): mean over the actors in a role",
    "highest": "highest(group.field): maximum over the actors in a role",
    "lowest": "lowest(group.field): minimum over the actors in a role",
}
_ITEM_FIELDS = {
    "asked": "asked", "agreed": "agreed", "asked_days": "asked_days", "refused_days": "refused_days",
    "cost": "item_cost", "sovereignty_cost": "item_cost", "worth": "item_value",
}  # fmt: skip
_GROUPS = {"total", "mean", "highest", "lowest"}
_LABELLED = ("exercise", "site", "track", "item", "sensor")


@dataclass(frozen=True)
class Names:
    """The scope of an expression. ``actor`` is whose view it is (None: the truth, where nothing is hidden).

    ``lets`` are the policy's own numbers (name -> row), ``here`` the site of the rule, ``public`` the actions that others
    see. Raises :class:`ExpressionError` for a name that exists but that the actor cannot see.
    """

    layout: Layout
    cast: Cast
    actor: int | None = None
    lets: Mapping[str, int] = field(default_factory=dict)
    here: int | None = None
    public: frozenset[str] = frozenset()

    def name(self, dotted: str) -> Ref | None:
        """Return the row or constant that a name stands for."""
        left, dot, right = dotted.partition(".")
        if not dot:
            return self._bare(dotted)
        if (owner := self._actor(left)) is not None:
            return self._of_actor(owner, right, dotted)
        if left in self.cast.roles and not self.cast.group(left):
            raise ExpressionError(f'nobody is cast as "{left}"')
        if left in self.cast.roles:
            raise ExpressionError(
                f'"{left}" is a group of {len(self.cast.group(left))}; write highest({dotted}), mean({dotted}) or total({dotted})'
            )
        if left in self.cast.disabled and right in self.layout.fields and self.layout.fields[right].axes == ("exercise",):
            return Const(math.nan if self.layout.fields[right].missing else 0.0)
        for axis in _LABELLED:
            labels = self.cast.labels()[axis]
            for label, name in ((left, right), (right, left)):
                if label in labels and name in self.layout.fields and self.layout.fields[name].axes == (axis,):
                    return self._slot(self.layout.fields[name], labels.index(label), dotted)
        return None

    def names(self) -> Iterable[str]:
        """Return the names worth suggesting."""
        yield from ("day", "week")
        yield from self.lets
        yield from self.cast.items
        for name, declared in self.layout.fields.items():
            if "." in name:
                continue
            if declared.axes == () and self._sees(declared, None):
                yield name
            elif declared.axes == ("actor",):
                if self.actor is not None:
                    yield name
                yield from (f"{who}.{name}" for who in (*self.cast.actors, *self.cast.roles))
            elif len(declared.axes) == 1 and declared.axes[0] in _LABELLED:
                yield from (f"{label}.{name}" for label in self.cast.labels()[declared.axes[0]])

    def functions(self) -> Mapping[str, str]:
        """Return the functions of names."""
        return FUNCTIONS

    def call(self, function: str, arguments: tuple[str, ...]) -> Ref | None:
        """Return what a function of names stands for."""
        if len(arguments) != 1:
            raise ExpressionError(f"{function} takes one name (got {len(arguments)}): {FUNCTIONS[function]}")
        name = arguments[0]
        if function in _ITEM_FIELDS:
            return self._slot(self.layout.fields[_ITEM_FIELDS[function]], self._label("item", name), f"{function}({name})")
        if function == "basing":
            return self._basing(name)
        if function == "known":
            return self._row("known", self._self(function), self._label("site", name))
        if function == "days_since":
            return self._since(name)
        if function in _GROUPS:
            return self._group(function, name)
        return self._belief(function, name)

    def _bare(self, name: str) -> Ref | None:
        if name in ("day", "week"):
            return Slot(self.layout.row(f"clock.{name}"))
        if name in self.lets:
            return Slot(self.lets[name])
        if name in self.cast.items:
            return self._row("item_level", self.cast.items.index(name))
        declared = self.layout.fields.get(name)
        if declared is None or "." in name:
            return None
        if declared.axes == ():
            return self._slot(declared, None, name)
        if declared.axes == ("actor",):
            if self.actor is None:
                raise ExpressionError(f'"{name}" has a value for every actor; write actor.{name} or role.{name}')
            return self._of_actor(self.actor, name, name)
        raise ExpressionError(f'"{name}" has a value for every {declared.axes[0]}; write NAME.{name}')

    def _actor(self, name: str) -> int | None:
        if name == "own":
            return self._self("own")
        if name in self.cast.actors:
            return self.cast.actors.index(name)
        group = self.cast.roles.get(name, ())
        return group[0] if len(group) == 1 else None

    def _of_actor(self, owner: int, name: str, text: str) -> Ref | None:
        declared = self.layout.fields.get(name)
        if declared is None or declared.axes != ("actor",):
            near = did_you_mean(name, [n for n, f in self.layout.fields.items() if f.axes == ("actor",) and "." not in n])
            raise ExpressionError(f'no actor has a field "{name}"{near}')
        return self._slot(declared, owner, text)

    def _slot(self, declared: Field, index: int | None, text: str) -> Ref:
        if not self._sees(declared, index):
            who = self.cast.actors[self.actor] if self.actor is not None else ""
            if declared.seen == "belief" and index is not None:
                other = f"{self.cast.actors[index]}.{declared.name}"
                raise ExpressionError(f'{who} cannot see "{text}"; it may use believed({other}) or unsure({other})')
            raise ExpressionError(f'{who} cannot see "{text}" (seen by: {declared.seen})')
        return self._row(declared.name, *(() if index is None else (index,)))

    def _row(self, name: str, *index: int) -> Slot:
        declared = self.layout.fields[name]
        return Slot(self.layout.row(name, *index), missing=declared.missing != "", since=declared.is_since)

    def _sees(self, declared: Field, index: int | None) -> bool:
        return self.actor is None or declared.is_seen(self.cast, self.actor, () if index is None else (index,))

    def _label(self, axis: str, name: str) -> int:
        if name == "here" and axis == "site":
            if self.here is None:
                raise ExpressionError('"here" means the site of the rule, and this rule has none')
            return self.here
        labels = self.cast.labels()[axis]
        if name not in labels:
            raise ExpressionError(f'unknown {axis} "{name}"{did_you_mean(name, labels) or f"; allowed: {allowed(labels)}"}')
        return labels.index(name)

    def _basing(self, name: str) -> Ref:
        if name in self.cast.items and self.here is not None:
            site = self.here
        else:
            site = self._label("site", name)
        private = self.layout.fields["basing"]
        declared = private if self._sees(private, site) else self.layout.fields["basing_public"]
        return self._row(declared.name, site)

    def _self(self, what: str) -> int:
        if self.actor is None:
            raise ExpressionError(f'"{what}" needs an actor whose view it is; here nobody is looking')
        return self.actor

    def _since(self, text: str) -> Ref:
        who, dot, action = text.partition(".")
        owner = self._actor(who) if dot else None
        if owner is None:
            raise ExpressionError(f"expected days_since(actor.action), with own, an actor or a role (got {text})")
        if action not in self.cast.actions:
            near = did_you_mean(action, self.cast.actions)
            raise ExpressionError(f'unknown action "{action}"{near}')
        if self.actor not in (None, owner) and action not in self.public:
            raise ExpressionError(f"{self.cast.actors[self.actor or 0]} cannot see when others take {action}; it is not public")
        return self._row("since", owner, self.cast.actions.index(action))

    def _group(self, function: str, text: str) -> Ref:
        role, dot, name = text.partition(".")
        if not dot or role not in self.cast.roles:
            near = did_you_mean(role, self.cast.roles) or f"; allowed: {allowed(self.cast.roles)}"
            raise ExpressionError(f'expected {function}(role.field); unknown role "{role}"{near}')
        refs = [self._of_actor(owner, name, text) for owner in self.cast.group(role)]
        slots = tuple(ref.index for ref in refs if isinstance(ref, Slot))
        missing = any(ref.missing for ref in refs if isinstance(ref, Slot))
        return Many(function, slots, missing) if slots else Const(0.0)

    def _belief(self, function: str, text: str) -> Ref:
        observer = self._self(function)
        who, dot, name = text.partition(".")
        subject = self._actor(who) if dot else None
        hidden = [f.name for f in self.layout.fields.values() if f.seen == "belief"]
        if subject is None or name not in hidden:
            near = did_you_mean(name, hidden) or f"; beliefs are held about: {allowed(hidden)}"
            raise ExpressionError(f"expected {function}(actor.field) (got {text}){near}")
        return self._row(f"{function}.{name}", observer, subject)
