"""The figures of BENCHMARKS.md, measured again on this machine."""
