"""Tapes: mechanisms played once on symbols, kept as lists of instructions, and run by one compiled function.

A mechanism is written in NumPy, so that a reader sees its equations. Run by NumPy it costs a microsecond per operation, which is
nothing for a block of a thousand runs and everything for one run alone. So it is played once on *symbols*
(:mod:`~wargame.engine.program.symbols`): arrays that note what is done to them. What was noted is trimmed
(:mod:`~wargame.engine.program.passes`), laid out as instructions (:mod:`~wargame.engine.program.layout`) and run by the *machine*
(:mod:`~wargame.engine.program.kernel`), a day or a whole history (:mod:`wargame.simulation.block`) in any number of runs at a time. The results
are those of NumPy to the bit, which the tests hold for every mechanism of every shipped scenario; the machine's own twin is
:mod:`~wargame.engine.program.twin`.

What a mechanism does may depend on the day (:mod:`~wargame.engine.program.questions`): every comparison with the day is remembered with its
answer, and a tape serves the days that answer alike. What a mechanism says is noted (:mod:`~wargame.engine.program.notes`) and told on
the days on which it holds (:mod:`wargame.simulation.history`); tapes for play without a trace leave it out.

What cannot be taped (:class:`~wargame.engine.program.steps.NotTaped`) is left to NumPy. Without Numba, or with ``WARGAME_PLAIN=1``,
everything is.
"""
