"""A few hundred damaged files of every format: a result or a clear refusal for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.file_readers import MB, MEMORY_LIMIT_BYTES, TIME_LIMIT_S, FileReaders
from tests.fuzz.campaign import run
from tests.fuzz.mutations import make_mutant
from tests.fuzz.seeds import make_seeds

_COUNT = 300
_LEAST_FORMATS = 12


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_damaged_files_give_a_result_or_a_refusal() -> None:
    campaign = run(_COUNT, seed=20_26)
    assert not campaign.failures, "\n".join(campaign.failures)
    assert campaign.slowest_s < TIME_LIMIT_S
    assert campaign.largest_mb * MB < MEMORY_LIMIT_BYTES
    assert sum(campaign.ended.values()) == _COUNT


@pytest.mark.slow
def test_whole_files_of_every_format_are_read(tmp_path: Path) -> None:
    seeds = make_seeds(tmp_path)
    assert len(seeds) >= _LEAST_FORMATS
    with FileReaders(tmp_path / "home") as readers:
        outcomes = list(readers.inspect(seeds.values()))
    assert not [str(one.path) for one in outcomes if not one.readable]


def test_the_same_number_gives_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    seeds = make_seeds(tmp_path / "seeds")
    for number in range(60):
        one = make_mutant(seeds, number, 7, tmp_path / "one")
        two = make_mutant(seeds, number, 7, tmp_path / "two")
        assert one.path.read_bytes() == two.path.read_bytes()
        assert one.path.name == two.path.name
