"""Whether the system wants less motion, as each of them keeps that wish."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emadina_gis.app.motion_choice import _gtk_reduces, _windows_reduces


@pytest.mark.parametrize(("said", "reduced"), [("false", True), ("0", True), ("true", False)])
def test_a_desktop_of_linux_says_it_in_a_file(tmp_path, said, reduced):
    folder = tmp_path / "gtk-4.0"
    folder.mkdir()
    text = f"[Settings]\ngtk-enable-animations={said}\n"
    folder.joinpath("settings").with_suffix(".ini").write_text(text, encoding="utf-8")
    assert _gtk_reduces(tmp_path) is reduced


def test_a_desktop_that_says_nothing_moves(tmp_path):
    assert not _gtk_reduces(tmp_path)


@pytest.mark.parametrize("animated", [0, 1])
def test_windows_is_asked_by_a_call(animated):
    def told(_action: int, _zero: int, answer, _flags: int) -> int:
        answer._obj.value = animated
        return 1

    libraries = SimpleNamespace(user32=SimpleNamespace(SystemParametersInfoW=told))
    assert _windows_reduces(libraries) is (animated == 0)
