"""Measures our canvas with a graph; run by gui.py in a process of its own. Prints JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from benchmarks._gui_gestures import (
    LEFT,
    MIDDLE,
    drag,
    memory,
    settle,
    there_and_back,
    timed,
    wheel,
)
from benchmarks._gui_graph import INPUTS, KINDS, WINDOW, ground, middle_rows, plan
from widgets.canvas import CanvasView, LinkView, NodeView, SocketView


def measure(nodes: int) -> dict[str, Any]:
    """Open, pan, zoomed-out pan, zoom, and drag a hundred nodes near and from afar."""
    before = memory()
    made = plan(nodes)
    started = time.perf_counter()
    views = [_node(i, place) for i, place in enumerate(made.places)]
    links = [LinkView(str(s), "out", str(t), INPUTS[i]) for s, t, i in made.links]
    view = CanvasView()
    view.resize(*WINDOW)
    view.set_contents(views, links)
    view.show()
    view.fit()
    view.repaint()
    QApplication.processEvents()
    opened = time.perf_counter() - started
    figures: dict[str, Any] = {"nodes": nodes, "links": len(links), "open_s": round(opened, 3)}
    middle = QPointF(view.width() / 2, view.height() / 2)
    settle()
    figures["zoomed_out_pan"] = _pan(view, ground(made, nodes))
    settle()
    figures["zoomed_out_drag"] = _drag_chosen(view, nodes)
    settle()
    figures["zoom"] = timed(
        view,
        [wheel(view, middle, 1) for _ in range(12)] + [wheel(view, middle, -1) for _ in range(12)],
    )
    settle()
    view.set_zoom(1.0)
    view.centre_on(tuple(made.places[middle_rows(nodes)[44]]))
    settle()
    figures["pan"] = _pan(view, ground(made, nodes))
    settle()
    figures["drag"] = _drag_chosen(view, nodes)
    figures["memory_mib"] = round(memory() - before, 1)
    view.close()
    return figures


def _pan(view: CanvasView, place: tuple[float, float]) -> dict[str, Any]:
    before, start = view.camera, view.camera.to_view(*place)
    figures = drag(view, start, there_and_back(start), MIDDLE)
    if view.camera == before:
        raise RuntimeError("the view was not moved")
    return figures


def _drag_chosen(view: CanvasView, nodes: int) -> dict[str, Any]:
    chosen = [str(i) for i in middle_rows(nodes)]
    view.set_selected(chosen)
    settle()
    start = view.camera.rect_to_view(view.node_rect(chosen[44])).center()
    told: list[object] = []
    view.nodes_moved.connect(told.append)
    figures = drag(view, start, there_and_back(start), LEFT)
    if not told:
        raise RuntimeError("the nodes were not dragged")
    view.set_selected([])
    return figures


def _node(index: int, place: tuple[float, float]) -> NodeView:
    kind, color = KINDS[index % len(KINDS)]
    sockets = tuple(SocketView(name, name.capitalize(), kind, color) for name in INPUTS)
    return NodeView(
        str(index),
        f"Node {index}",
        category=kind,
        color=color,
        inputs=sockets,
        outputs=(SocketView("out", kind, kind, color),),
        pos=place,
        summary=(("Size", "1280 × 720"), ("Seed", str(index * 7919))),
    )


def main() -> None:
    """Measure one size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=2000)
    options = parser.parse_args()
    application = QApplication([])
    print(json.dumps(measure(options.nodes)))
    application.quit()


if __name__ == "__main__":
    main()
