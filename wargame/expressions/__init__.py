"""The expression language: the only place where scenario text becomes computation.

An expression is numbers (at most 1e12), ``true`` and ``false``, dotted names (one name each, never
attribute access), ``+ - * /``, comparisons (``a < b <= c`` too), ``and or not``, ``a if c else b`` and
calls. The order of operations is Python's. :data:`BUILTINS` are functions of values; symbolic functions
such as ``asked(training_centre)`` belong to the scope and take bare names. Every value is a number: truth
is 1 or 0, and whatever is not 0 is true.

Nothing is infinite: names are read, and results returned, within ±1e12; steps in between are held within
±1e100. What cannot be defined is missing (NaN), and so is ``undefined``, and a name whose value is missing:
``x / 0``, ``log(x)`` for ``x <= 0``, ``sqrt`` of a negative value, ``power`` where IEEE 754 has an infinity
or none. Whatever is made of a missing value is missing: sums, ``min`` and ``max``, comparisons, a conditional
whose condition is. ``and``, ``or`` and ``not`` know three truths (Kleene's): ``false and undefined`` is
false, ``true or undefined`` true, the rest missing. ``defined(x)`` and ``within(x, a)`` never are. Both
branches of a conditional are computed, which is safe because nothing can fail. Only slots said to may be
missing; for a NaN in another nothing is promised here.

The text has at most 500 characters, 200 names, numbers and operators, and 32 levels. Evaluation is
elementwise over the runs axis and gives the same bits at any width, alone or in a :class:`Formulas`.
"""

from wargame.expressions.compiling import Expression, Formulas, compile_expression, values
from wargame.expressions.formulas import Program, run_formulas
from wargame.expressions.functions import BUILTINS
from wargame.expressions.scope import Const, ExpressionError, Many, Ref, Scope, Slot

__all__ = [
    "BUILTINS",
    "Const",
    "Expression",
    "ExpressionError",
    "Formulas",
    "Many",
    "Program",
    "Ref",
    "Scope",
    "Slot",
    "compile_expression",
    "run_formulas",
    "values",
]
