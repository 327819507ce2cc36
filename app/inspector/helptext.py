"""Help of a node type from its docstring, as simple rich text."""

from __future__ import annotations

import html
import re

from engine.graph import NodeSpec

_CODE = re.compile(r"`{1,2}([^`]+)`{1,2}")
_BULLET = re.compile(r"^[-*•]\s+")


def first_sentence(doc: str) -> str:
    """What the node does, in one sentence."""
    paragraph = " ".join(doc.strip().split("\n\n")[0].split())
    match = re.match(r".+?[.!?](?=\s|$)", paragraph)
    return match[0] if match else paragraph


def as_html(doc: str) -> str:
    """Paragraphs, lists, indented examples and `code` of a docstring."""
    blocks = re.split(r"\n\s*\n", doc.strip())
    return "".join(_block(block) for block in blocks if block.strip())


def facts_of(spec: NodeSpec) -> str:
    """The type's id and version, for those who write projects by hand."""
    return f"{spec.id} · {spec.version}"


def _block(block: str) -> str:
    lines = block.splitlines()
    if all(line.startswith("    ") for line in lines if line.strip()):
        body = html.escape("\n".join(line[4:] for line in lines))
        return f"<pre>{body}</pre>"
    if _BULLET.match(lines[0].strip()):
        items: list[str] = []
        for line in (line.strip() for line in lines):
            if _BULLET.match(line) or not items:
                items.append(_BULLET.sub("", line))
            else:
                items[-1] += " " + line
        return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
    return f"<p>{_inline(' '.join(line.strip() for line in lines))}</p>"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text, quote=False))
