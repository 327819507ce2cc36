"""Measures OdenGraphQt with the same graph and gestures; run by gui.py in a process of its own."""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib.metadata import version
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
from benchmarks._gui_graph import INPUTS, WINDOW, ground, middle_rows, plan


def measure(nodes: int) -> dict[str, Any]:
    """Open, pan, zoomed-out pan, zoom, and drag a hundred nodes near and from afar."""
    from OdenGraphQt import BaseNode, NodeGraph

    class Shot(BaseNode):
        __identifier__ = "benchmark"
        NODE_NAME = "Node"

        def __init__(self) -> None:
            super().__init__()
            for name in INPUTS:
                self.add_input(name)
            self.add_output("out", multi_output=True)

    before = memory()
    made = plan(nodes)
    started = time.perf_counter()
    graph = NodeGraph()
    graph.register_node(Shot)
    viewer = graph.viewer()
    viewer.resize(*WINDOW)
    kept = [
        graph.create_node("benchmark.Shot", f"Node {i}", pos=place, selected=False, push_undo=False)
        for i, place in enumerate(made.places)
    ]
    for source, target, socket in made.links:
        kept[source].output(0).connect_to(kept[target].input(socket), push_undo=False)
    viewer.show()
    graph.select_all()
    graph.fit_to_selection()
    graph.clear_selection()
    QApplication.processEvents()
    opened = time.perf_counter() - started
    figures: dict[str, Any] = {
        "version": version("OdenGraphQt"),
        "nodes": nodes,
        "links": len(made.links),
        "open_s": round(opened, 3),
    }
    canvas = viewer.viewport()
    middle = QPointF(canvas.width() / 2, canvas.height() / 2)
    settle()
    figures["zoomed_out_pan"] = _pan(viewer, ground(made, nodes))
    settle()
    figures["zoomed_out_drag"] = _drag_chosen(graph, kept, nodes)
    settle()
    figures["zoom"] = timed(
        canvas,
        [wheel(canvas, middle, 1) for _ in range(12)]
        + [wheel(canvas, middle, -1) for _ in range(12)],
    )
    settle()
    viewer.reset_zoom(QPointF(*made.places[middle_rows(nodes)[44]]))
    settle()
    figures["pan"] = _pan(viewer, ground(made, nodes))
    settle()
    figures["drag"] = _drag_chosen(graph, kept, nodes)
    figures["memory_mib"] = round(memory() - before, 1)
    return figures


def _pan(viewer: Any, place: tuple[float, float]) -> dict[str, Any]:
    before, start = viewer.scene_rect(), QPointF(viewer.mapFromScene(QPointF(*place)))
    figures = drag(viewer.viewport(), start, there_and_back(start), MIDDLE)
    if viewer.scene_rect() == before:
        raise RuntimeError("the view was not moved")
    return figures


def _drag_chosen(graph: Any, kept: list[Any], nodes: int) -> dict[str, Any]:
    chosen = [kept[i] for i in middle_rows(nodes)]
    graph.clear_selection()
    for node in chosen:
        node.set_selected(True)
    settle()
    viewer = graph.viewer()
    box = chosen[44].view.sceneBoundingRect()
    start = QPointF(viewer.mapFromScene(box.center()))
    before = [node.pos() for node in chosen]
    figures = drag(viewer.viewport(), start, there_and_back(start), LEFT)
    if chosen[44].pos() == before[44]:
        raise RuntimeError("the nodes were not dragged")
    for node, place in zip(chosen, before, strict=True):  # as ours, which only asks for the move
        node.model.pos = node.view.xy_pos = place
    graph.clear_selection()
    return figures


def main() -> None:
    """Measure one size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=500)
    options = parser.parse_args()
    application = QApplication([])
    print(json.dumps(measure(options.nodes)))
    application.quit()


if __name__ == "__main__":
    main()
