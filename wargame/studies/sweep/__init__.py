"""Monte Carlo sweeps: designs of cases, blocks of runs, executors, storage that survives a kill, stopping, comparison."""
