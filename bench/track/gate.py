"""Tier 2: is B slower than A? Judged from ratios of CPU time of pairs that ran side by side.

A benchmark is slower when the median ratio of its pairs is past SLOWER and the Wilcoxon test, held
against all the benchmarks by Holm's method, leaves less than ALPHA for chance; and again in a second
run of the benchmarks so found.
"""

import dataclasses
import statistics

SLOWER = 1.03
WARN = 1.015
ALPHA = 0.01
FEWEST_PAIRS = 20


@dataclasses.dataclass
class Judged:
    name: str
    pairs: int
    ratio: float   # Median of B / A.
    p: float       # After Holm.

    @property
    def slower(self):
        return self.ratio > SLOWER and self.p < ALPHA

    @property
    def faster(self):
        return self.ratio < 1 / SLOWER and self.p < ALPHA

    @property
    def undecided(self):
        return self.ratio > SLOWER and self.p >= ALPHA

    @property
    def suspect(self):
        return not self.slower and self.ratio > WARN and self.p < ALPHA

    def __str__(self):
        word = ("SLOWER" if self.slower else "faster" if self.faster else
                "warn" if self.suspect else "same")
        return f"{word:7} {self.name:40} {self.ratio - 1:+7.2%}  p {self.p:.2g}  n {self.pairs}"


def holm(ps):
    """Adjusts p values for their number, in the order given."""
    adjusted, floor = [0.0] * len(ps), 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        floor = max(floor, min(1.0, ps[index] * (len(ps) - rank)))
        adjusted[index] = floor
    return adjusted


def judge(ratios):
    """`ratios`: benchmark -> ratios of its pairs. Returns a Judged for each."""
    import numpy
    from scipy.stats import wilcoxon
    names = sorted(ratios)
    ps = []
    for name in names:
        logs = numpy.log(ratios[name])
        ps.append(1.0 if not logs.any() else float(wilcoxon(logs).pvalue))
    return [Judged(name, len(ratios[name]), statistics.median(ratios[name]), p)
            for name, p in zip(names, holm(ps))]
