"""NumPy's functions of symbols, as far as the model uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from wargame.engine.program.opcodes import RINT
from wargame.engine.program.steps import NotTraceable


def _symbol_among(given: Sequence[Any]) -> Any:
    """Return the first symbol of what a function was given."""
    return next(x for x in given if hasattr(x, "tracing"))


def _clip(x: Any, low: Any, high: Any, out: Any = None) -> Any:
    return np.minimum(np.maximum(x, low), high) if out is None else np.minimum(np.maximum(x, low), high, out=out)


def _joined(join: Callable[..., Any]) -> Callable[..., Any]:
    def joined(parts: Sequence[Any], axis: int = 0) -> Any:
        given = list(parts)
        some = _symbol_among(given)
        own = [some.symbol(x) for x in given]
        return some.like(join([x.ids for x in own], axis=axis), all(x.truth for x in own))

    return joined


def _filled(x: Any, value: float, dtype: Any) -> Any:
    truth = x.truth if dtype is None else np.dtype(dtype) == np.bool_
    return x.like(np.full(x.shape, x.tracing.number(value), dtype=np.int32), truth)


def _round(x: Any, decimals: int = 0) -> Any:
    scale = 10.0 ** abs(decimals)
    if decimals == 0:
        return x.one(RINT)
    return (x / scale).one(RINT) * scale if decimals < 0 else (x * scale).one(RINT) / scale


def _isin(x: Any, wanted: Any) -> Any:
    found: Any = np.zeros(x.shape, dtype=np.bool_)
    for one in np.asarray(wanted).reshape(-1):
        found = found | (x == float(one))
    return found


def _broadcast_to(x: Any, shape: Any) -> Any:
    return x.like(np.broadcast_to(x.ids, shape), x.truth)


def _broadcast_arrays(*given: Any) -> list[Any]:
    own = [_symbol_among(given).symbol(x) for x in given]
    return [x.like(ids, x.truth) for x, ids in zip(own, np.broadcast_arrays(*(x.ids for x in own)), strict=True)]


def _copyto(target: Any, value: Any, where: Any = True) -> None:
    if not hasattr(target, "tracing"):
        raise NotTraceable("np.copyto cannot write a symbol into an array of numbers")
    new = target.symbol(value) if where is True else target.choose(where, value, target)
    target.ids[...] = np.broadcast_to(new.ids, target.shape)


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    return _symbol_among((condition, then, otherwise)).choose(condition, then, otherwise)


def _flatnonzero(x: Any) -> Any:
    return np.arange(x.size)  # any of them may hold in some run


FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    np.clip: _clip,
    np.where: _where,
    np.stack: _joined(np.stack),
    np.concatenate: _joined(np.concatenate),
    np.vstack: _joined(lambda parts, axis: np.vstack(parts)),
    np.zeros_like: lambda x, dtype=None: _filled(x, 0.0, dtype),
    np.ones_like: lambda x, dtype=None: _filled(x, 1.0, dtype),
    np.full_like: lambda x, value, dtype=None: _filled(x, value, dtype),
    np.round: _round,
    np.isin: _isin,
    np.broadcast_to: _broadcast_to,
    np.broadcast_arrays: _broadcast_arrays,
    np.copyto: _copyto,
    np.flatnonzero: _flatnonzero,
    np.any: lambda x, axis=None: x.any(axis),
    np.all: lambda x, axis=None: x.all(axis),
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.isneginf: lambda x: x == -np.inf,
    np.logical_not: lambda x: ~x.truths(),
}
