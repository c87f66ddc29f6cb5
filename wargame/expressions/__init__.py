"""The expression language: the only place where scenario text becomes computation.

An expression is numbers (at most 1e12), ``true`` and ``false``, dotted names (one name each, never
attribute access), ``+ - * /``, comparisons (``a < b <= c`` too), ``and or not``, ``a if c else b`` and
calls. The order of operations is Python's. :data:`BUILTINS` are functions of values; symbolic functions
such as ``asked(training_centre)`` belong to the scope and take bare names. Every value is a number: truth
is 1 or 0, and whatever is not 0 is true.

Everything is finite. Names are read, and results returned, within ±1e12; steps in between are held within
±1e100. ``x / 0`` is 0, ``log(x)`` is ``log(1e-300)`` for ``x <= 1e-300``, ``sqrt`` of a negative value is
0, ``power(x, y)`` is 0 for ``x <= 0``. Both branches of a conditional are computed, which is safe because
nothing can fail. The state holds no NaN; that is the engine's duty, and for a NaN nothing is promised here.

The text has at most 500 characters, 200 names, numbers and operators, and 32 levels. Evaluation is
elementwise over the runs axis and gives the same bits at any width, alone or in a :class:`Tape`.
"""

from wargame.expressions.compiling import Expression, Tape, compile_expression, values
from wargame.expressions.functions import BUILTINS
from wargame.expressions.scope import Const, ExpressionError, Many, Ref, Scope, Slot
from wargame.expressions.tape import Program, run_tape

__all__ = [
    "BUILTINS",
    "Const",
    "Expression",
    "ExpressionError",
    "Many",
    "Program",
    "Ref",
    "Scope",
    "Slot",
    "Tape",
    "compile_expression",
    "run_tape",
    "values",
]
