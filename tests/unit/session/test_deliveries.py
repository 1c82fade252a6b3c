"""What was confirmed for a sender's file comes back for the next one."""

from __future__ import annotations

from pathlib import Path

from emadina_gis.domain.schema import Role
from emadina_gis.session.deliveries import (
    FILE_NAME,
    MOST_DELIVERIES,
    Deliveries,
    Delivery,
    load_deliveries,
    save_deliveries,
)

COLUMNS = frozenset({"num", "zone_x", "contenance", "prop"})
CONFIRMED = Delivery(
    COLUMNS, {Role.SECTOR: "zone_x", Role.OWNER: "prop"}, "EPSG:26191", swapped=True
)


def test_a_like_delivery_is_found_again_after_closing(tmp_path: Path) -> None:
    assert save_deliveries(Deliveries().with_delivery(CONFIRMED), tmp_path)
    found = load_deliveries(tmp_path).like(COLUMNS)
    assert found == CONFIRMED
    assert found is not None
    assert dict(found.roles) == dict(CONFIRMED.roles)


def test_another_kind_of_file_or_a_tiny_one_is_not_taken_for_it() -> None:
    known = Deliveries().with_delivery(CONFIRMED)
    assert known.like({"num", "zone_x", "a", "b"}) is None
    assert known.like({"num"}) is None
    assert known.with_delivery(Delivery(frozenset({"id"}))) == known


def test_the_last_word_counts_and_the_list_stays_short() -> None:
    changed = Delivery(COLUMNS, {Role.SECTOR: "num"})
    known = Deliveries().with_delivery(CONFIRMED).with_delivery(changed)
    assert known.known == (changed,)
    for number in range(MOST_DELIVERIES + 5):
        known = known.with_delivery(Delivery(frozenset({f"a{number}", "b", "c"})))
    assert len(known.known) == MOST_DELIVERIES


def test_a_damaged_or_unwritable_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('[{"columns": 5}]', encoding="utf-8")
    assert load_deliveries(tmp_path) == Deliveries()
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert not save_deliveries(Deliveries().with_delivery(CONFIRMED), blocked)
