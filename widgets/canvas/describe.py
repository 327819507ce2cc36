"""What a screen reader is told of a node, and what a tooltip says of what is below the pointer."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from widgets.canvas.contents import Contents, NodeItem
from widgets.canvas.picking import Hit
from widgets.canvas.views import SocketRef


def describe(contents: Contents, name: str) -> str:
    """One sentence on a node: title, kind, state, how far it is, its links and its problems."""
    item = contents.nodes[name]
    view = item.view
    links = [link.view for link in contents.links_of([name])]
    parts = [view.title]
    if view.subtitle:
        parts.append(view.subtitle)
    if view.category:
        parts.append(view.category)
    parts += [state for state in (_state(item), _run(item)) if state]
    translate = QCoreApplication.translate
    parts.append(
        translate("Canvas", "{linked} of {count} inputs linked").format(
            linked=len({link.input for link in links if link.target == name}),
            count=len(view.inputs),
        )
    )
    parts.append(
        translate("Canvas", "result used %n time(s)", "", sum(ln.source == name for ln in links))
    )
    parts += view.problems
    return ", ".join(parts)


def tooltip(contents: Contents, hit: Hit) -> str:
    """What is wrong with a node, what a socket or link carries, or nothing."""
    if hit.socket is not None:
        return _socket(contents, hit.socket)
    if hit.link is not None:
        source, target = contents.nodes[hit.link.source], contents.nodes[hit.link.target]
        text = f"{source.view.title} → {target.view.title}"
        output, _ = contents.link_sockets(hit.link)
        return f"{text}\n{output.type}" if output else text
    if not hit.node:
        return ""
    item = contents.nodes[hit.node]
    if item.view.problems:
        return "\n".join(item.view.problems)
    lines = [line for line in (_state(item), _run(item), item.doing) if line]
    return "\n".join(lines)


def _socket(contents: Contents, ref: SocketRef) -> str:
    found = contents.socket_view(ref)
    translate = QCoreApplication.translate
    lines = [f"{found.label or found.name}: {found.type}"]
    if found.many:
        lines.append(translate("Canvas", "takes several links"))
    if found.optional and not ref.output:
        lines.append(translate("Canvas", "may stay empty"))
    return "\n".join(lines)


def _state(item: NodeItem) -> str:
    translate = QCoreApplication.translate
    return {
        "muted": translate("Canvas", "muted: makes nothing"),
        "bypassed": translate("Canvas", "bypassed: passes its input on"),
        "disabled": translate("Canvas", "disabled: as if it were not there"),
        "missing": translate("Canvas", "missing: this kind of node is not installed"),
    }.get(item.view.state, "")


def _run(item: NodeItem) -> str:
    translate = QCoreApplication.translate
    if item.run == "running" and item.progress is not None:
        return translate("Canvas", "running, {percent} %").format(
            percent=round(100 * item.progress)
        )
    return {
        "queued": translate("Canvas", "waiting to run"),
        "running": translate("Canvas", "running"),
        "done": translate("Canvas", "done"),
        "cached": translate("Canvas", "done, from the cache"),
        "failed": translate("Canvas", "failed"),
    }.get(item.run, "")
