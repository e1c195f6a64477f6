"""Builds the fictional demo county. Start with `python data/demo/build.py`.

Read `geography` (the county), `rows` (how one asset is filled in), `meetings` and `services`
(the lists of names that become rows), `indicators` and `survey`. What is planted on purpose
stands in planted.toml, one table an asset, with the reason in README.md.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

SEED = 20261120


def dice(*key: str) -> np.random.Generator:
    """Random numbers of their own for every key, so that a new row moves no other row."""
    return np.random.default_rng([SEED, crc32("\x1f".join(key).encode())])
