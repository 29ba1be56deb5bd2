"""Tier 2 as a command: compares two builds, or two commits."""

import filecmp
import os

import gate
import interleave
from metrics import NotEnoughData


ROUNDS = 3  # Of pairs, while what seems slower may still be chance.


def run_pairs(a, b, names, pairs, slice_s, env_b=None):
    """Returns a Judged of each; where the median is past the limit and p is not, after more pairs."""
    ratios = interleave.pair_ratios(a, b, names, pairs, slice_s, env_b)
    judged = gate.judge(ratios)
    for _ in range(1, ROUNDS):
        open_names = [one.name for one in judged if one.undecided]
        if not open_names:
            break
        for name, more in interleave.pair_ratios(a, b, open_names, pairs, slice_s, env_b).items():
            ratios[name] += more
        judged = gate.judge(ratios)
    return judged


def compare(a, b, pattern, pairs=30, slice_s=0.0005, env_b=None, say=print):
    """Returns (status, judged): 1 when a benchmark was slower in both of two runs."""
    if pairs < gate.FEWEST_PAIRS:
        raise NotEnoughData(f"{pairs} pairs tell nothing: at least {gate.FEWEST_PAIRS}")
    names = interleave.common(a, b, pattern)
    judged = run_pairs(a, b, names, pairs, slice_s, env_b)
    for one in judged:
        say(str(one))
    slower = [one.name for one in judged if one.slower]
    if not slower:
        faster = sum(one.faster for one in judged)
        if faster:
            say(f"{faster} of {len(judged)} are faster: if it was meant, say so in the commit")
        return 0, judged
    say(f"{len(slower)} of {len(judged)} seem slower; once more, to be sure")
    again = run_pairs(a, b, slower, max(pairs, 30), slice_s, env_b)
    for one in again:
        say(str(one))
    if any(one.slower for one in again):
        return 1, again
    say("not so the second time")
    return 0, again


def same_program(a, b):
    return os.path.samefile(a, b) or filecmp.cmp(a, b, shallow=False)
