"""Identifiers that look like a platform's own: 19 digits, too long for a double.

Belongs here: the one-to-one mappings from a running number to an id.
Does not belong here: who or what gets an id.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_ODD_32 = 2_654_435_761
_ODD_59 = 0x1E3779B97F4A7C15
VIEWER_FLOOR = 6_500_000_000_000_000_000
CREATOR_FLOOR = 6_800_000_000_000_000_000
PRODUCT_FLOOR = 1_729_000_000_000_000_000


def dated_ids(ts_us: IntArray, sequence: IntArray) -> IntArray:
    """Ids that carry their second in the high 32 bits; unique when `sequence` is (below 2**32)."""
    low = (sequence.astype(np.uint64) * np.uint64(_ODD_32)) & np.uint64(0xFFFF_FFFF)
    return ((ts_us // SECOND_US) << 32) | low.astype(np.int64)


def scattered_ids(index: IntArray, floor: int) -> IntArray:
    """Ids without any order, unique for each index, from `floor` to `floor` + 2**59."""
    mixed = (index.astype(np.uint64) * np.uint64(_ODD_59)) & np.uint64(2**59 - 1)
    return mixed.astype(np.int64) + floor
