"""Where a series of values changes its level.

Counts without noise change where they change. Where there is noise, a point counts when the values
before it and after it (up to WINDOW of them, at least FEWEST) differ by Student's t of T_VALUE and
by more than the least share that matters: the rule of large trackers.
"""

import dataclasses
import math
import statistics

WINDOW = 12
FEWEST = 5
T_VALUE = 7.0


@dataclasses.dataclass
class ChangePoint:
    index: int      # Of the first value of the new level.
    before: float   # Mean of the old level's window, and of the new one's.
    after: float

    @property
    def share(self):
        return (self.after - self.before) / self.before if self.before else math.inf


def exact(values, least):
    """Change points of a series without noise: every step of more than `least`."""
    points = []
    for i in range(1, len(values)):
        before, after = values[i - 1], values[i]
        if abs(after - before) > least * abs(before):
            points.append(ChangePoint(i, before, after))
    return points


def t_value(before, after):
    spread = (statistics.variance(before) * (len(before) - 1) +
              statistics.variance(after) * (len(after) - 1)) / (len(before) + len(after) - 2)
    error = math.sqrt(spread * (1 / len(before) + 1 / len(after)))
    difference = abs(statistics.mean(after) - statistics.mean(before))
    return math.inf if error == 0 and difference else 0.0 if error == 0 else difference / error


def noisy(values, least=0.02):
    """Change points of a series with noise: of neighbours that qualify, the clearest."""
    found = []
    for i in range(FEWEST, len(values) - FEWEST + 1):
        before, after = values[max(0, i - WINDOW):i], values[i:i + WINDOW]
        t = t_value(before, after)
        point = ChangePoint(i, statistics.mean(before), statistics.mean(after))
        if t >= T_VALUE and abs(point.share) > least:
            found.append((t, point))
    kept = []
    for t, point in sorted(found, key=lambda one: -one[0]):
        if all(abs(point.index - other.index) >= FEWEST for other in kept):
            kept.append(point)
    return sorted(kept, key=lambda point: point.index)
