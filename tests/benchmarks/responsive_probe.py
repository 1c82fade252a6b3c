"""Work on a million parcels in one window, step by step; a heart beats on its main thread.

Usage: ``python -m tests.benchmarks.responsive_probe PARCELS FOLDER``. PARCELS is a data file; the
project is written into FOLDER, closed and opened again. Prints a line of JSON for each step: how
long it took, the longest stall, what 999 of 1000 moments waited at most, the longest that Python's
lock was held, and how long Esc took where the step can be stopped.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from emadina_gis.app.panels.export_layer import ExportPanel
from emadina_gis.app.panels.select_by import SelectByPanel
from emadina_gis.domain.crs import Crs
from emadina_gis.session.commands.layers import AddLayers
from emadina_gis.session.commands.project import SetDocument, SetParcelsLayer, SetProjectCrs
from emadina_gis.session.commands.styles import SetLayerStyle
from tests.benchmarks.canvas_project import other_style, small_layers
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.opening_probe import answer, wait_until

LONGEST_S = 240.0
#: After a step the loop goes on for so long: what comes late belongs to the step.
AFTER_S = 0.8
#: Esc comes when a step has run for so long.
ESC_AFTER_S = 0.5
OTHER_CRS = Crs("EPSG:32629")


class Worker:
    """A person at a window."""

    def __init__(self, window, parcels, folder):
        self.window = window
        self.desk = window.desk
        self.parcels = parcels
        self.folder = folder
        self.other_style = None

    @property
    def layer(self):
        """The parcels of the project."""
        return self.desk.project.vector_layers[-1]

    def step(self, name, act, *, esc=False):
        """Do a step, wait until all is quiet, and tell; with `esc` stop it once before."""
        told = {"step": name}
        if esc:
            told["esc_s"] = self.escaped(act)
        heart, begun_s = Heartbeat(), time.perf_counter()
        with heart.listening():
            act()
            told["act_s"] = time.perf_counter() - begun_s
            self.until_quiet()
            told["took_s"] = time.perf_counter() - begun_s
            self.rest()
        told["work_s"] = heart.longest_work_s
        told |= {"stall_s": heart.longest_s, "p999_s": heart.p999_s, "lock_s": heart.lock_s}
        print(json.dumps(told), flush=True)

    def escaped(self, act):
        """Start a step, press Esc, and return how long it lived on; None where it had ended."""
        act()
        jobs, begun_s = self.desk.jobs, time.perf_counter()
        wait_until(lambda: time.perf_counter() > begun_s + ESC_AFTER_S)
        if not jobs.shown:
            return None
        begun_s = time.perf_counter()
        self.window.escape()
        wait_until(lambda: not jobs.shown)
        esc_s = time.perf_counter() - begun_s
        wait_until(lambda: not jobs.is_busy)
        return esc_s

    def until_quiet(self):
        """Wait until the picture is whole, nothing is computed and nobody waits for an answer."""
        end_s, quiet_s = time.perf_counter() + LONGEST_S, [0.0]

        def look():
            answer(self.window)
            desk, canvas = self.desk, self.window.map.canvas
            if desk.jobs.is_busy or desk.results.is_busy or canvas.is_busy:
                quiet_s[0] = 0.0
            else:
                quiet_s[0] = quiet_s[0] or time.perf_counter()
            now_s = time.perf_counter()
            return now_s > end_s or (quiet_s[0] and now_s > quiet_s[0] + 0.25)

        wait_until(look)

    def rest(self):
        """Let the event loop turn for a while."""
        end_s = time.perf_counter() + AFTER_S
        wait_until(lambda: time.perf_counter() > end_s)

    # --- the steps ----------------------------------------------------------------------------

    def add(self):
        """Drop the data file; what asks before it adds is answered at once."""
        self.window.panels.diagnose([self.parcels])

        wait_until(lambda: bool(answer(self.window) or self.desk.project.layers))

    def add_small(self):
        """Lay what a plan has over the parcels: three small layers, 200 labels."""
        self.desk.do(AddLayers(small_layers(self.layer.table.extent)))

    def simulate(self):
        """Say what the parcels are: their outcome is worked out."""
        self.desk.do(SetParcelsLayer(self.layer.id))
        self.desk.do(SetDocument("ain-chock-2025"))

    def restyle(self):
        """Colour by another column; its classes were worked out before, as the panel does."""
        self.desk.do(SetLayerStyle(self.layer.id, self.other_style))

    def open_table(self):
        """Show the table of the parcels."""
        self.desk.view.activate_layer(self.layer.id)
        self.window.open_bottom("table")

    def select_by_formula(self):
        """Select by a condition on a column."""
        self.window.open_select_by()
        panel = self.window.side.panel("select")
        assert isinstance(panel, SelectByPanel)
        panel.field.line.setText("value > 20")
        panel.apply()

    def select_all(self):
        """Select everything."""
        self.desk.view.select(self.layer.id, self.layer.table.ids)

    def reproject(self):
        """Show the map in another system."""
        self.desk.do(SetProjectCrs(OTHER_CRS))
        self.window.view_.zoom_all()

    def export(self):
        """Write the parcels into a GeoPackage in another system."""
        self.window.panels.open_export(self.layer.id)
        panel = self.window.side.panel("export")
        assert isinstance(panel, ExportPanel)
        panel.crs.setCurrentIndex(panel.crs.findData(OTHER_CRS.id))
        panel.write(self.folder / "exported.gpkg")

    def save(self):
        """Write the project file."""
        self.window.files.save_as(self.folder / "million.emadina")

    def open(self):
        """Open the project file."""
        self.window.files.open(self.folder / "million.emadina")

    def change_theme(self):
        """Turn the lights off, or on."""
        name = "light" if self.desk.theme.name == "dark" else "dark"
        self.desk.preferences.change(theme=name)


def main():
    parcels, folder = Path(sys.argv[1]), Path(sys.argv[2])
    from emadina_gis.app import application

    app = application.make_application(["emadina-gis"])
    window = application.make_window(app, language="fr")
    window.resize(1600, 1000)
    window.show()
    window.files.new()
    window.desk.reader.warm()
    worker = Worker(window, parcels, folder)
    worker.rest()
    only = set(sys.argv[3:])
    for name, act, esc in steps(worker):
        if not only or name in only | ALWAYS:
            if name == "restyle":
                worker.other_style = other_style(worker.layer)
            worker.step(name, act, esc=esc)
    print(json.dumps({"settled": True}), flush=True)
    time.sleep(2.0)  # memory is looked at by the one who asked
    worker.step("close the window", lambda: (window.desk.store.mark_saved(), window.close()))
    os._exit(0)


#: Without these the others have nothing to work on.
ALWAYS = {"open a data file", "small layers"}


def steps(worker):
    """Return the steps: name, what is done, whether Esc stops it."""
    view, store = worker.desk.view, worker.desk.store
    return (
        ("open a data file", worker.add, False),
        ("small layers", worker.add_small, False),
        ("simulate", worker.simulate, False),
        ("restyle", worker.restyle, False),
        ("undo", store.undo, False),
        ("open the table", worker.open_table, False),
        ("select by formula", worker.select_by_formula, False),
        ("select all", worker.select_all, False),
        ("select nothing", view.clear_selection, False),
        ("reproject", worker.reproject, False),
        ("back", store.undo, False),
        ("export", worker.export, True),
        ("save", worker.save, True),
        ("close the project", worker.window.files.new, False),
        ("open the project", worker.open, True),
        ("theme", worker.change_theme, False),
        ("close it again", worker.window.files.new, False),
        ("open the demo", worker.window.files.open_demo, True),
    )


if __name__ == "__main__":
    main()
