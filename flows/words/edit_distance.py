"""How many slips of the finger lie between what was typed and what was meant."""

from __future__ import annotations

__all__ = ["slips"]

_TOO_FAR = 3


def slips(typed: str, meant: str) -> int:
    """Letters added, dropped, changed or swapped with their neighbour (optimal string alignment); 3 means "far"."""
    if abs(len(typed) - len(meant)) > 2:
        return _TOO_FAR
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, a in enumerate(typed, start=1):
        older, before = before, row
        row = [i]
        for j, b in enumerate(meant, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == meant[j - 2] and typed[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return min(row[-1], _TOO_FAR)
