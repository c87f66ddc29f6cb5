"""Programs: mechanisms played once on symbols, kept as lists of instructions, and run by one compiled kernel.

The *tracer*: a mechanism is NumPy code on ``(runs,)`` rows of the world. Played on :mod:`~wargame.engine.program.symbols`, which
stand for arrays of numbers, the same code notes its :mod:`~wargame.engine.program.steps`. *Passes* make a program of them
(:mod:`~wargame.engine.program.passes`): equal steps shared, constants folded, what nobody needs left out. It is laid out
(:mod:`~wargame.engine.program.layout`), linked with others (:mod:`~wargame.engine.program.executable`) and run by the *kernel*
(:mod:`~wargame.engine.program.kernel`), a day (:mod:`wargame.simulation.programs`) or all days
(:mod:`wargame.simulation.batch`) at a time, in any number of runs. The results are those of NumPy, to the bit: tests compare
every row of every day of every shipped scenario. The kernel's *twin* in plain NumPy is :mod:`~wargame.engine.program.twin`.

What a mechanism asks of the day is answered (:mod:`~wargame.engine.program.questions`): every comparison with the day is
remembered with its answer, and a program serves the days that answer alike. What a mechanism says is noted
(:mod:`~wargame.engine.program.notes`) and told on the days on which it holds (:mod:`wargame.simulation.history`); programs for
play without a trace leave it out.

What cannot be traced (:class:`~wargame.engine.program.steps.NotTraceable`) is left to NumPy. Without Numba, or with
``WARGAME_PLAIN=1``, everything is.
"""
