"""The about box: version, licence, what AIPROD is built on, and the versions of the packages."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine import __version__
from engine.runtime.folders import checkout_dir

PACKAGES = (
    *("PySide6-Essentials", "pyqtgraph", "torch", "numpy", "scipy", "safetensors", "einops"),
    *("av", "pillow", "soundfile", "OpenTimelineIO", "lxml", "onnxruntime", "hibari-tts"),
    "gruut-lang-fr",
    "python-crfsuite",
    *("platformdirs", "psutil", "packaging", "rich"),
)


class AboutDialog(QDialog):
    """Says what this is; the versions can be copied for a report."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle(self.tr("About AIPROD"))
        self.resize(800, 560)
        title = QLabel(f"AIPROD {__version__}")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        title.setFont(font)
        licence = QLabel(self.tr("Makes films as a graph of nodes. Licensed under Apache-2.0."))
        licence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tabs = QTabWidget()
        tabs.addTab(_page(legal_text("NOTICE"), self.tr("Notice")), self.tr("&Notice"))
        tabs.addTab(_page(legal_text("LICENSE"), self.tr("Licence")), self.tr("&Licence"))
        tabs.addTab(_page(versions(), self.tr("Versions")), self.tr("&Versions"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("&Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(versions()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(licence)
        layout.addWidget(tabs, 1)
        layout.addWidget(buttons)


def versions() -> str:
    """AIPROD, Python, system and packages with their versions and licences, a line each."""
    lines = [
        f"AIPROD {__version__}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]
    for name in PACKAGES:
        try:
            found = importlib.metadata.metadata(name).json
        except importlib.metadata.PackageNotFoundError:
            continue
        licence = str(found.get("license_expression") or found.get("license") or "")
        short = licence.splitlines()[0][:60] if licence else ""
        lines.append(f"{name} {found['version']}" + (f" ({short})" if short else ""))
    return "\n".join(lines)


def legal_text(name: str) -> str:
    """NOTICE or LICENSE, of the checkout or of the installed package."""
    checkout = checkout_dir()
    if checkout is not None:
        return (checkout / name).read_text(encoding="utf-8")
    for file in importlib.metadata.files("aiprod") or ():
        if file.name == name:
            return Path(str(file.locate())).read_text(encoding="utf-8")
    return ""


def _page(text: str, name: str) -> QPlainTextEdit:
    page = QPlainTextEdit(text)
    page.setReadOnly(True)
    page.setAccessibleName(name)
    page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    page.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return page
