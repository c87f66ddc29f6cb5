"""The small types of a scenario file: sourced numbers, priors, durations, dates, identifiers."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from wargame.errors import got

if TYPE_CHECKING:
    from wargame.engine.distributions import Distribution

LARGEST = 1e12  # in size, as in expressions: products of several such numbers are still finite
_DURATION = re.compile(r"\s*([0-9]{1,6})\s*(day|days|week|weeks)\s*")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,47}")


class Shape(BaseModel):
    """Base of every part of a scenario: frozen, unknown keys forbidden."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _duration(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'expected a duration such as "14 days" or "2 weeks" (got {got(value)})')
    return int(found[1]) * (7 if found[2].startswith("week") else 1)


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError(
            f"expected a name of at most 48 lower-case letters, digits and underscores, starting with a letter (got {got(value)})"
        )
    return value


def _date(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError(f"expected a date such as 2021-09-10 (got {got(value)})")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"expected a date of the calendar (got {got(value)})") from None


def _bounded(value: float) -> float:
    if not abs(value) <= LARGEST:
        raise ValueError(f"must be at most {LARGEST:g} in size (got {value:g})")
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Real = Annotated[float, Strict(), AfterValidator(_bounded)]  # a number, never text that looks like one, nor true or false
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Days = Annotated[int, BeforeValidator(_duration, json_schema_input_type=str | int), Field(ge=0, le=20_000)]
Date = Annotated[dt.date, BeforeValidator(_date, json_schema_input_type=str)]
Name = Annotated[str, AfterValidator(_identifier)]
Text = Annotated[str, Field(max_length=4_000)]
Formula = Annotated[str | float | int | bool, Field(union_mode="left_to_right")]
Sources = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])]


class Sourced(Shape):
    """Anything that must say where it comes from: evidence ids, or one honest line."""

    source: Sources = ()
    judgement: Text = ""


class Normal(Shape):
    mean: Real
    sd: Real = Field(gt=0)


class Lognormal(Shape):
    median: Real = Field(gt=0)
    sigma: Real = Field(gt=0, le=5)


class Uniform(Shape):
    low: Real
    high: Real

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.high <= self.low:
            raise ValueError(f"high must exceed low (got low {self.low:g}, high {self.high:g})")
        return self


class Triangular(Shape):
    low: Real
    mode: Real
    high: Real

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(f"expected low <= mode <= high (got {self.low:g}, {self.mode:g}, {self.high:g})")
        return self


class Beta(Shape):
    mean: Real = Field(gt=0, lt=1)
    sd: Real = Field(gt=0, lt=0.5)

    @model_validator(mode="after")
    def _possible(self) -> Beta:
        if self.sd**2 >= self.mean * (1 - self.mean):
            raise ValueError(f"sd is too large for a share with mean {self.mean:g} (got {self.sd:g})")
        return self


class Prior(Shape):
    """A distribution, written as one key: ``{lognormal: {median: 1.2, sigma: 0.3}}``."""

    normal: Normal | None = None
    lognormal: Lognormal | None = None
    uniform: Uniform | None = None
    triangular: Triangular | None = None
    beta: Beta | None = None

    @model_validator(mode="after")
    def _one(self) -> Prior:
        if sum(kind is not None for kind in (self.normal, self.lognormal, self.uniform, self.triangular, self.beta)) != 1:
            raise ValueError("a prior names exactly one distribution; allowed: beta, lognormal, normal, triangular, uniform")
        return self

    def distribution(self) -> Distribution:
        """Return the one distribution that the prior names."""
        from wargame.engine import distributions  # loads NumPy, which reading a file does not need

        name, kind = next((name, kind) for name, kind in self if kind is not None)
        made: Distribution = getattr(distributions, name.title())(**kind.model_dump())
        return made


class Quantity(Sourced):
    """A number with its prior and its source. A bare number in the file is a quantity without either."""

    value: Real
    prior: Prior | None = None
    unit: str = ""
    note: Text = ""


def _quantity(value: Any) -> Any:
    if isinstance(value, bool):
        return {"value": float(value)}
    return {"value": value} if isinstance(value, (int, float)) else value


_BARE: dict[str, Any] = {"source": (), "judgement": "", "says": "", "note": "", "unit": "", "when": True}


def taken_away(value: Any) -> Any:
    """Return a mapping with what it takes away (``when: null``) said outright: nothing, and no longer what was inherited."""
    if not isinstance(value, dict):
        return value
    return {key: _BARE[key] if entry is None and key in _BARE else entry for key, entry in value.items()}


Number = Annotated[Quantity, BeforeValidator(_quantity, json_schema_input_type=float | Quantity)]

Channel = Literal["diplomatic", "informational", "military", "economic"]
CHANNELS: tuple[Channel, ...] = ("diplomatic", "informational", "military", "economic")
