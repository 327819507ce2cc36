"""Questions and messages to the user, as dialogs with plain words on their buttons."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.said import said

translate = QCoreApplication.translate


class Unsaved(Enum):
    """What becomes of edits that are not saved."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def ask_unsaved(parent: QWidget, name: str) -> Unsaved:
    """Ask whether to save the edits of the project before it is left."""
    box = QMessageBox(parent)
    box.setObjectName("unsaved")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Asking", "Unsaved changes"))
    box.setText(translate("Asking", "Save the changes to “{name}”?").format(name=name))
    box.setInformativeText(translate("Asking", "Without saving they are lost."))
    save = box.addButton(translate("Asking", "&Save"), QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton(
        translate("Asking", "&Don't save"), QMessageBox.ButtonRole.DestructiveRole
    )
    stay = box.addButton(translate("Asking", "&Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(stay)
    box.exec()
    answers = {save: Unsaved.SAVE, leave: Unsaved.DISCARD}
    clicked = box.clickedButton()
    return next((answer for button, answer in answers.items() if button is clicked), Unsaved.CANCEL)


def ask(parent: QWidget, title: str, text: str, yes: str, *, name: str = "question") -> bool:
    """Ask whether to do what the button `yes` says."""
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(translate("Asking", "&Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is agree


def tell(parent: QWidget, title: str, text: str, *, name: str = "message") -> None:
    """Say something that needs to be read."""
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setText(said(text))
    box.addButton(translate("Asking", "&OK"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()
