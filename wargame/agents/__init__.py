"""Programs that play an actor: what they are shown, what they may answer, and how their orders become part of the result.

A scenario never names a program; whoever runs it attaches one. The orders are kept in the result as orders given by hand, so
that it is played again, to the bit, without the program.
"""
