"""The actions of the window as data: ids, names, icons, shortcuts and what they call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emadina_gis.app.actions import Action
from emadina_gis.session.view_state import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from emadina_gis.app.main_window import MainWindow
    from emadina_gis.app.wayfinding import Wayfinding


#: What an action lacks while it is disabled.
_NEEDS = {
    **dict.fromkeys(
        ("file.print-pdf", "file.print", "file.publish", "view.zoom-all", "edit.select-by",
         "edit.select-all", "edit.search"), "needs.layers"),
    **dict.fromkeys(("edit.select-none", "view.zoom-selection"), "needs.selection"),
    **dict.fromkeys(("edit.change-sector", "file.note"), "needs.parcels"),
    "file.compare": "needs.two-scenarios",
    "edit.undo": "needs.undo",
    "edit.redo": "needs.redo",
}  # fmt: skip


def window_actions(window: MainWindow) -> tuple[Action, ...]:
    """Return all actions of a window."""
    return tuple(
        replace(action, needs=_NEEDS.get(action.id, "")) for action in _all_actions(window)
    )


def _all_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        *_file_actions(window),
        *_edit_actions(window),
        *_view_actions(window),
        *_way_actions(window),
        *_table_actions(window),
        *_tool_actions(window),
        *_label_actions(window),
        *_other_actions(window),
        *_focus_actions(window),
    )


def _file_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        Action("file.new", "file.new", window.new_project, "file", "Ctrl+N"),
        Action("file.open", "file.open", window.choose_project, "folder-open", "Ctrl+O"),
        Action("file.demo", "file.demo", window.open_demo, "map"),
        Action("file.add", "file.add", window.choose_data, "file-plus", "Ctrl+Shift+O"),
        Action("doctor.open-panel", "doctor.open-panel", lambda: window.open_side("import"),
               "clipboard-list"),
        Action("file.export-layer", "file.export-layer",
               lambda: window.panels.open_export(),  # noqa: PLW0108 - made after the actions
               "file-down"),
        Action("file.save", "file.save", window.save, "save", "Ctrl+S"),
        Action("file.save-as", "file.save-as", window.save_as, "", "Ctrl+Shift+S"),
        Action("file.close", "file.close", window.close_project, "", "Ctrl+W"),
        Action("file.print-pdf", "file.print-pdf", window.print_pdf, "printer", "Ctrl+P"),
        Action("layouts.open", "layouts.open",
               lambda: window.layouts.open(),  # noqa: PLW0108 - made after the actions
               "layout-template", "Ctrl+5"),
        Action("file.print", "file.print", window.print_native, "printer", "Ctrl+Shift+P"),
        Action("atlas.open", "atlas.open", lambda: window.open_side("atlas"), "book-open"),
        Action("file.publish", "file.publish", window.publish, "globe", "Ctrl+Shift+E"),
        Action("file.note", "file.note", window.write_note, "file-text", "Ctrl+Shift+N"),
        Action("file.note-panel", "file.note-panel", lambda: window.open_side("note"),
               "scroll-text", "Ctrl+Alt+N"),
        Action("file.compare", "file.compare", window.compare, "git-compare", "Ctrl+Shift+C"),
        Action("app.quit", "app.quit", window.close, "log-out", "Ctrl+Q"),
    )  # fmt: skip


def _edit_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        Action("edit.undo", "edit.undo", window.desk.store.undo, "undo-2", "Ctrl+Z"),
        Action("edit.redo", "edit.redo", window.desk.store.redo, "redo-2",
               "Ctrl+Shift+Z;Ctrl+Y"),
        Action("edit.select-all", "edit.select-all", window.select_all, "", "Ctrl+Shift+A"),
        Action("edit.select-none", "edit.select-none", window.desk.view.clear_selection, "x",
               "Ctrl+D"),
        Action("edit.invert-selection", "edit.invert-selection",
               lambda: window.panels.selection.invert(),  # noqa: PLW0108 - made after the actions
               "arrow-left-right", "Ctrl+Shift+I"),
        Action("edit.reselect", "edit.reselect",
               lambda: window.desk.view.reselect(window.desk.project), "history", "Ctrl+Shift+D"),
        Action("edit.select-like", "edit.select-like",
               lambda: window.panels.selection.open_like(),  # noqa: PLW0108 - see above
               "copy"),
        Action("edit.next-hit", "edit.next-hit", lambda: window.map.pointing.step(1), "", "F3"),
        Action("edit.previous-hit", "edit.previous-hit",
               lambda: window.map.pointing.step(-1), "", "Shift+F3"),
        Action("edit.copy-ids", "edit.copy-ids",
               lambda: window.panels.selection.copy_ids(),  # noqa: PLW0108 - see above
               "clipboard"),
        Action("edit.export-selection", "edit.export-selection",
               lambda: window.panels.selection.export(),  # noqa: PLW0108 - see above
               "file-down"),
        Action("edit.layer-of-selection", "edit.layer-of-selection",
               lambda: window.panels.selection.make_layer(),  # noqa: PLW0108 - see above
               "layers"),
        Action("edit.select-by", "edit.select-by", window.open_select_by, "funnel", "Ctrl+F"),
        Action("edit.search", "edit.search", window.focus_search, "search", "Ctrl+L"),
        Action("edit.change-sector", "edit.change-sector", window.change_sector, "map-pin",
               "Ctrl+Shift+R"),
        Action("scenario.add", "scenario.add", window.add_scenario, "plus", "Ctrl+T"),
        Action("scenario-page.open", "scenario-page.open",
               lambda: window.scenarios.open_page(""), "file-text", "Alt+8"),
        Action("scenario.import", "scenario.import",
               window.import_scenario, "file-down"),
        Action("scenario.export", "scenario.export",
               lambda: window.scenarios.files.ask_export(window.desk.results.scenario_id),
               "upload"),
        Action("change-form.open", "change-form.open",
               lambda: window.scenarios.open_change_form(""), "square-pen", "Ctrl+Shift+M"),
        Action("real-shapes.compute", "real-shapes.compute",
               lambda: window.real_shapes.compute(),  # noqa: PLW0108 - made after the actions
               "shapes", "Ctrl+Shift+G"),
        Action("scenario.next", "scenario.next", lambda: window.step_scenario(1), "",
               "Ctrl+PgDown"),
        Action("scenario.previous", "scenario.previous", lambda: window.step_scenario(-1), "",
               "Ctrl+PgUp"),
    )  # fmt: skip


def _view_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        Action("view.zoom-in", "view.zoom-in", lambda: window.view_.zoom(1.5), "zoom-in",
               "Ctrl++;Ctrl+="),
        Action("view.zoom-out", "view.zoom-out", lambda: window.view_.zoom(1 / 1.5), "zoom-out",
               "Ctrl+-"),
        Action("view.zoom-all", "view.zoom-all", window.view_.zoom_all, "maximize", "Ctrl+0"),
        Action("view.zoom-selection", "view.zoom-selection", window.view_.zoom_selection,
               "crosshair", "Ctrl+J"),
        Action("view.layers", "view.layers", window.toggle_layers, "panel-left", "F4",
               checkable=True),
        Action("view.inspector", "view.inspector", window.toggle_side, "panel-right", "F9",
               checkable=True),
        Action("view.bottom", "view.bottom", window.toggle_bottom, "panel-bottom", "F7",
               checkable=True),
        Action("view.style", "view.style", window.open_active_style, "palette", "F8"),
        Action("placing.open", "placing.open",
               lambda: window.panels.placing.open_active(),  # noqa: PLW0108 - made after the actions
               "crosshair", "Ctrl+Shift+J"),
        Action("view.balance", "view.balance", lambda: window.open_bottom("balance"), "scale",
               "Alt+1"),
        Action("view.table", "view.table", lambda: window.open_bottom("table"), "table", "Alt+2"),
        Action("view.land", "view.land", lambda: window.open_bottom("land"), "layout-grid",
               "Alt+3"),
        Action("view.why", "view.why", lambda: window.open_bottom("why"), "git-branch", "Alt+4"),
        Action("view.values", "view.values", lambda: window.open_side("values"),
               "sliders-horizontal", "Alt+7"),
        Action("view.coefficients", "view.coefficients",
               lambda: window.open_side("coefficients"), "sliders-horizontal", "Alt+6"),
        Action("view.problems", "view.problems", lambda: window.open_side("problems"),
               "triangle-alert", "Alt+5"),
        Action("view.geometry", "view.geometry",
               lambda: window.panels.open_geometry(),  # noqa: PLW0108 - made after the actions
               "shapes"),
        Action("massing.show.map", "massing.show.map",
               lambda: window.views.show_view("map"), "map",
               "Ctrl+1"),
        Action("massing.show.volume", "massing.show.volume",
               lambda: window.views.show_view("volume"),
               "box", "Ctrl+2"),
        Action("massing.show.section", "massing.show.section",
               lambda: window.views.show_view("section"),
               "chart-column", "Ctrl+3"),
        Action("view.regulation", "view.regulation",
               lambda: window.views.show_view("regulation"), "scroll-text", "Ctrl+4"),
        Action("view.focus-map", "view.focus-map", window.focus_map, "", "Ctrl+M"),
        Action("view.focus-layers", "view.focus-layers", window.focus_layers, "layers",
               "Ctrl+Shift+L"),
    )  # fmt: skip


def _way_actions(window: MainWindow) -> tuple[Action, ...]:
    def ways() -> Wayfinding:  # made after the actions
        return window.panels.ways

    return (
        Action("ways.previous", "ways.previous", lambda: ways().back(), "arrow-left", "Alt+Left"),
        Action("ways.next", "ways.next", lambda: ways().forward(), "arrow-right", "Alt+Right"),
        Action("bookmarks.add", "bookmarks.add", lambda: ways().add_bookmark(), "bookmark",
               "Ctrl+B"),
        Action("bookmarks.open", "bookmarks.open", lambda: ways().open_bookmarks(), "list",
               "Ctrl+Shift+B"),
        Action("ways.overview", "ways.overview", lambda: ways().toggle_overview(), "map",
               "Shift+F9", checkable=True),
        Action("measures.open", "measures.open", lambda: ways().open_measures(), "ruler",
               "Ctrl+Alt+M"),
        Action("measures.clear", "measures.clear", lambda: ways().clear_measures(), "trash-2"),
    )  # fmt: skip


def _table_actions(window: MainWindow) -> tuple[Action, ...]:
    def page(name: str) -> Callable[[], object]:
        return lambda: window.panels.tables.open(name)

    return (
        Action("table.page.figures", "table.page.figures", page("figures"), "chart-column"),
        Action("table.page.groups", "table.page.groups", page("groups"), "sigma"),
        Action("table.page.field", "table.page.field", page("field"), "plus"),
        Action("table.page.join", "table.page.join", page("join"), "link"),
        Action("table.columns", "table.columns", page("columns"), "table-properties"),
        Action("table.page.save", "table.page.save", page("save"), "file-spreadsheet"),
    )


def _tool_actions(window: MainWindow) -> tuple[Action, ...]:
    view = window.desk.view
    return (
        Action("tool.select", "tool.select", lambda: view.set_tool(Tool.SELECT),
               "mouse-pointer-2", "V", checkable=True),
        Action("tool.pan", "tool.pan", lambda: view.set_tool(Tool.PAN), "hand", "H",
               checkable=True),
        Action("tool.rectangle", "tool.rectangle", lambda: view.set_tool(Tool.RECTANGLE),
               "square-dashed-mouse-pointer", "R", checkable=True),
        Action("tool.lasso", "tool.lasso", lambda: view.set_tool(Tool.LASSO), "lasso-select", "L",
               checkable=True),
        Action("tool.polygon", "tool.polygon", lambda: view.set_tool(Tool.POLYGON), "waypoints",
               "P", checkable=True),
        Action("tool.buffer", "tool.buffer", lambda: view.set_tool(Tool.BUFFER), "locate", "B",
               checkable=True),
        Action("tool.measure", "tool.measure", lambda: window.measure(area=False), "ruler", "M",
               checkable=True),
        Action("tool.measure-area", "tool.measure-area", lambda: window.measure(area=True),
               "pentagon", "Shift+M", checkable=True),
    )  # fmt: skip


def _focus_actions(window: MainWindow) -> tuple[Action, ...]:
    """Actions that move the keys about the window; what they call is made after them."""
    return (
        Action("focus.next", "focus.next", lambda: window.panels.reach.regions.step(1), "", "F6"),
        Action("focus.previous", "focus.previous",
               lambda: window.panels.reach.regions.step(-1), "", "Shift+F6"),
        Action("focus.menu", "focus.menu",
               lambda: window.panels.reach.open_context_menu(), "",  # noqa: PLW0108 - see above
               "Shift+F10"),
        Action("map.cursor", "map.cursor",
               lambda: window.panels.reach.map_keys.toggle(),  # noqa: PLW0108 - see above
               "crosshair", "Ctrl+Shift+K"),
        Action("menu.all", "menu.all", lambda: window.top.open_menu(),  # noqa: PLW0108 - see above
               "list", "F10"),
        Action("help.keys", "help.keys",
               lambda: window.panels.reach.show_keys(),  # noqa: PLW0108 - see above
               "keyboard", "Shift+F1"),
    )  # fmt: skip


def _label_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        Action("labels.open", "labels.open",
               lambda: window.panels.labelling.open(),  # noqa: PLW0108 - made after the actions
               "tag", "Ctrl+Shift+F8"),
        Action("labels.open-unplaced", "labels.open-unplaced",
               lambda: window.panels.labelling.open_unplaced(),  # noqa: PLW0108 - see above
               "list"),
    )  # fmt: skip


def _other_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        Action("app.palette", "app.palette", window.open_palette, "keyboard", "Ctrl+K"),
        Action(
            "app.settings",
            "app.settings",
            lambda: window.open_side("settings"),
            "settings",
            "Ctrl+,",
        ),
        Action("app.cancel", "app.cancel", window.escape, "", "Esc"),
        Action("file.find-state", "file.find-state", lambda: window.open_side("state"), "history"),
        Action("help.guide", "help.guide", lambda: window.open_side("guide"), "circle-help", "F1"),
        Action("help.report", "help.report", lambda: window.open_side("report"), "bug"),
        Action("help.about", "help.about", lambda: window.open_side("about"), "info"),
    )
