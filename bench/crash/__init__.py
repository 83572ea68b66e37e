"""The crash test: the real program is killed again and again; what was lost or doubled is counted.

`./run.sh crash --kills 200 --seed 1`; docs/reliability.md says what is promised.
"""
