"""What a mechanism is: a law of the modelled world, with its fields, impulses, parameters and sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wargame.scenario.values import Prior, Quantity
from wargame.world.fields import Field, Impulse
from wargame.world.world import World

Hook = Callable[[World], None]


@dataclass(frozen=True)
class ConditionalHook:
    """A hook that changes nothing in runs where all elements of some fields are 0; it is left out where none needs it."""

    fields: tuple[str, ...]
    hook: Hook

    def __call__(self, w: World) -> None:
        if any(w[name].any() for name in self.fields):
            self.hook(w)


@dataclass(frozen=True)
class HookSequence:
    """Several hooks, one after another."""

    hooks: tuple[Hook, ...]

    def __call__(self, w: World) -> None:
        for hook in self.hooks:
            hook(w)


@dataclass(frozen=True)
class Parameter:
    """A number of a mechanism: default, prior for sweeps, unit, and where it comes from."""

    name: str
    value: float
    says: str
    unit: str = ""
    prior: Mapping[str, Mapping[str, float]] | None = None
    source: tuple[str, ...] = ()
    judgement: str = ""
    low: float = -1e9
    high: float = 1e9

    def __post_init__(self) -> None:
        self.quantity()  # an impossible prior is found where it is written

    def quantity(self) -> Quantity:
        """Return it in the form scenario files use."""
        prior = Prior.model_validate(self.prior) if self.prior else None
        return Quantity(value=self.value, prior=prior, source=self.source, judgement=self.judgement, unit=self.unit)


@dataclass(frozen=True)
class Mechanism:
    """A law of the modelled world: pure functions of the world, called in the phases they name.

    It writes its own ``fields`` and nothing else; it is pushed by orders and injects through its ``impulses``. ``needs``
    names the roles without which it is left out of a scenario.
    """

    name: str
    says: str
    systems: tuple[str, ...]  # S1..S21 of the source documents' system list
    fields: tuple[Field, ...]
    phases: Mapping[str, Hook]
    parameters: tuple[Parameter, ...] = ()
    impulses: tuple[Impulse, ...] = ()
    needs: tuple[str, ...] = ()
    begin: Hook | None = None  # once, before the first day, after initial values are set
    sources: tuple[str, ...] = ()
