"""Exponential, logarithm and their kin from arithmetic that every machine rounds alike.

The C library's and NumPy's own differ in the last bits between machines, and between one number and many. These are written
once, in words (``where``, ``rint`` ...) that mean the same for arrays in NumPy and for single numbers in compiled code; so the
two agree to the bit. Errors are about one unit in the last place (``power``: a few).

Sources: exp and log after the argument reductions and minimax polynomials of W. Cody & W. Waite, "Software Manual for the
Elementary Functions" (1980), in the form of FreeBSD's msun; inverse normal: M. Wichura, algorithm AS 241 (PPND16), Applied
Statistics 37 (1988).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from wargame.engine.jit import inlined

LOG2E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476
SMALLEST = 2.2250738585072014e-308  # smallest number with all its bits
ROUNDER, ROUNDER_BITS = 1.5 * 2.0**52, 0x4338000000000000  # adding and subtracting it rounds to a whole number
WHOLE, WHOLE_BITS = 2.0**52, 0x4330000000000000  # its lowest bits are those of the whole number added to it
FRACTION, ONE_BITS = 0x000FFFFFFFFFFFFF, 0x3FF0000000000000  # the bits of a number's significand, and of 1.0
FEW = 31.0  # whole exponents up to here are multiplied out

CENTRE_ABOVE = (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
                4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)  # fmt: skip
CENTRE_BELOW = (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3)  # fmt: skip
TAIL_ABOVE = (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
              1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
              7.74545014278341407640e-4)  # fmt: skip
TAIL_BELOW = (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
              1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
              1.05075007164441684324e-9)  # fmt: skip
FAR_ABOVE = (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
             2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
             2.01033439929228813265e-7)  # fmt: skip
FAR_BELOW = (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
             7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
             2.04426310338993978564e-15)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What the formulas are written in: the same meanings for arrays and for single numbers."""

    where: Callable[[Any, Any, Any], Any]
    sqrt: Callable[[Any], Any]
    two_to: Callable[[Any], Any]  # 2^k for whole -1022 <= k <= 1023
    exponent: Callable[[Any], Any]  # e of x = m 2^e, 1 <= m < 2
    significand: Callable[[Any], Any]  # m


def _array_two_to(k: Any) -> Any:
    return ((np.asarray(k + ROUNDER).view(np.int64) - (ROUNDER_BITS - 1023)) << 52).view(np.float64)


def _array_exponent(x: Any) -> Any:
    bits = (np.asarray(x).view(np.int64) >> 52) & 2047
    return (bits | WHOLE_BITS).view(np.float64) - (WHOLE + 1023.0)


def _array_significand(x: Any) -> Any:
    return ((np.asarray(x).view(np.int64) & FRACTION) | ONE_BITS).view(np.float64)


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    return then if condition else otherwise


def _two_to(k: Any) -> Any:
    return np.int64((np.float64(k + ROUNDER).view(np.int64) - np.int64(ROUNDER_BITS - 1023)) << np.int64(52)).view(np.float64)


def _exponent(x: Any) -> Any:
    bits = (np.float64(x).view(np.int64) >> np.int64(52)) & np.int64(2047)
    return np.int64(bits | np.int64(WHOLE_BITS)).view(np.float64) - (WHOLE + 1023.0)


def _significand(x: Any) -> Any:
    bits = np.float64(x).view(np.int64) & np.int64(FRACTION)
    return np.int64(bits | np.int64(ONE_BITS)).view(np.float64)


@dataclass(frozen=True)
class Functions:
    """The elementary functions, all of arrays or all of single numbers."""

    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    gumbel: Callable[[Any], Any]  # -log(-log u) of u from 2^-53 to 1 - 2^-53
    log1p: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    logistic: Callable[[Any], Any]
    power: Callable[[Any, Any], Any]
    normal_ppf: Callable[[Any], Any]


@dataclass(frozen=True)
class _Roots:
    """What the functions are made of; ``curve`` is the logarithm of a number that has all its bits, less so many halvings."""

    words: Words
    rint: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    curve: Callable[[Any, Any], Any]
    log: Callable[[Any], Any]


Finish = Callable[[Any], Any]


def written_in(words: Words, finish: Finish) -> Functions:
    """Return the functions in given words; each is passed through ``finish`` before others call it."""
    rint = finish(_rint)
    curve = finish(_curve_in(words))
    roots = _Roots(words, rint, finish(_exp_in(words, rint)), curve, finish(_log_in(words, curve)))
    return Functions(
        exp=roots.exp, log=roots.log, gumbel=finish(_gumbel_in(roots)), log1p=finish(_log1p_in(roots)),
        tanh=finish(_tanh_in(roots)), logistic=finish(_logistic_in(roots)), power=finish(_power_in(roots)),
        normal_ppf=finish(_normal_ppf_in(roots, finish(_ratio))),
    )  # fmt: skip


def _rint(x: Any) -> Any:
    return (x + ROUNDER) - ROUNDER


def _exp_in(words: Words, rint: Finish) -> Finish:
    where, two_to = words.where, words.two_to

    def exp(x: Any) -> Any:
        x = where(x > 800.0, 800.0, where(x < -800.0, -800.0, x))
        k = rint(x * LOG2E)
        high, low = x - k * LN2_HIGH, k * LN2_LOW
        r = high - low
        t = r * r
        c = r - t * (
            1.66666666666666019037e-01
            + t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05
            + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)))
        )  # fmt: skip
        y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
        half = rint(k * 0.5)
        return y * two_to(half) * two_to(k - half)

    return exp


def _curve_in(words: Words) -> Callable[[Any, Any], Any]:
    where, exponent, significand = words.where, words.exponent, words.significand

    def curve(x: Any, less: Any) -> Any:
        k, m = exponent(x), significand(x)
        upper = m > 2.0 * SQRT_HALF
        m, k = where(upper, 0.5 * m, m), where(upper, k + 1.0, k) - less
        f = m - 1.0
        s = f / (2.0 + f)
        z = s * s
        w = z * z
        even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
        odd = z * (
            6.666666666666735130e-01
            + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
        )
        square = 0.5 * f * f
        return k * LN2_HIGH - ((square - (s * (square + (even + odd)) + k * LN2_LOW)) - f)

    return curve


def _log_in(words: Words, curve: Callable[[Any, Any], Any]) -> Finish:
    where = words.where

    def log(x: Any) -> Any:
        tiny = x < SMALLEST
        y = curve(where(tiny, x * 18014398509481984.0, x), where(tiny, 54.0, 0.0))
        y = where(x == np.inf, np.inf, where(x == 0.0, -np.inf, y))
        return where(x < 0.0, np.nan, where(x != x, x, y))

    return log


def _gumbel_in(roots: _Roots) -> Finish:
    curve = roots.curve

    def gumbel(u: Any) -> Any:
        return -curve(-curve(u, 0.0), 0.0)  # neither is tiny: u is a multiple of 2^-53

    return gumbel


def _log1p_in(roots: _Roots) -> Finish:
    where, log = roots.words.where, roots.log

    def log1p(x: Any) -> Any:
        u = 1.0 + x
        exact = (u > 0.0) & (u < np.inf)
        return where(exact, log(u) - ((u - 1.0) - x) / where(exact, u, 1.0), log(u))

    return log1p


def _tanh_in(roots: _Roots) -> Finish:
    where, exp = roots.words.where, roots.exp

    def tanh(x: Any) -> Any:
        size = where(x < 0.0, -x, x)
        e = exp(-2.0 * size)
        q = x * x
        near = x / (1.0 + q / (3.0 + q / (5.0 + q / (7.0 + q / (9.0 + q / (11.0 + q / 13.0))))))
        far = (1.0 - e) / (1.0 + e)
        return where(size < 0.5, near, where(x < 0.0, -far, far))

    return tanh


def _logistic_in(roots: _Roots) -> Finish:
    exp = roots.exp

    def logistic(x: Any) -> Any:
        return 1.0 / (1.0 + exp(-x))

    return logistic


def _power_in(roots: _Roots) -> Callable[[Any, Any], Any]:
    where, sqrt, rint, exp, log = roots.words.where, roots.words.sqrt, roots.rint, roots.exp, roots.log

    def power(base: Any, exponent_: Any) -> Any:
        whole = rint(exponent_)
        size = where(whole < 0.0, -whole, whole)
        few = (whole == exponent_) & (size <= FEW)
        left = where(few, size, 0.0)
        product, square = 1.0 + 0.0 * left, base
        for _ in range(5):
            rest = rint(left * 0.5 - 0.25)
            product = where(left - 2.0 * rest == 1.0, product * square, product)
            square = square * square
            left = rest
        product = where(whole < 0.0, 1.0 / product, product)
        curved = where(exponent_ == 0.5, sqrt(base), exp(exponent_ * log(base)))
        return where(few, product, curved)

    return power


def _normal_ppf_in(roots: _Roots, ratio: Callable[[Any, Any, Any], Any]) -> Finish:
    where, sqrt, log = roots.words.where, roots.words.sqrt, roots.log

    def normal_ppf(p: Any) -> Any:
        q = p - 0.5
        size = where(q < 0.0, -q, q)
        r = 0.180625 - where(size <= 0.425, q * q, 0.0)
        centre = q * ratio(r, CENTRE_ABOVE, CENTRE_BELOW)
        s = sqrt(-log(where(q < 0.0, p, 1.0 - p)))
        tail = where(s <= 5.0, ratio(s - 1.6, TAIL_ABOVE, TAIL_BELOW), ratio(s - 5.0, FAR_ABOVE, FAR_BELOW))
        edge = where((p == 0.0) | (p == 1.0), np.inf, tail)
        return where(size <= 0.425, centre, where(q < 0.0, -edge, edge))

    return normal_ppf


def _ratio(x: Any, above: Sequence[float], below: Sequence[float]) -> Any:
    """Return one polynomial over another, each from its constant to its seventh power, by Horner's rule."""
    a = (
        (((((above[7] * x + above[6]) * x + above[5]) * x + above[4]) * x + above[3]) * x + above[2]) * x + above[1]
    ) * x + above[0]
    b = (
        (((((below[7] * x + below[6]) * x + below[5]) * x + below[4]) * x + below[3]) * x + below[2]) * x + below[1]
    ) * x + below[0]
    return a / b


ARRAYS = written_in(Words(np.where, np.sqrt, _array_two_to, _array_exponent, _array_significand), lambda f: f)


@cache
def numbers() -> Functions:
    """Return the functions of single numbers, to be called in compiled kernels."""
    words = Words(inlined(_where), np.sqrt, inlined(_two_to), inlined(_exponent), inlined(_significand))
    return written_in(words, inlined)
