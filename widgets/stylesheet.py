"""The style sheet that gives Qt's own widgets the look of a theme: flat, 4 and 8 px apart."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from widgets.resources import icon_folder

_SHEET = Template("""
QMainWindow, QDialog { background: $panel; }
QMainWindow::separator { background: $window; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolTip {
    background: $raised; color: $text; border: 1px solid $border; padding: 4px 8px;
}

QMenuBar { background: $window; color: $text; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $dim; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::right-arrow { image: url($pictures/arrow-right-$shade.svg); width: 12px; height: 12px; }

QToolBar { background: transparent; border: none; padding: 4px; spacing: 4px; }
QMainWindow > QToolBar { background: $window; padding: 4px 8px; }
QToolBar::separator { background: $border; width: 1px; margin: 4px; }
QStatusBar { background: $window; color: $dim; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $dim; padding: 0 4px; }

QDockWidget { color: $text; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab {
    background: transparent; color: $dim; padding: 5px 12px; border: 1px solid transparent;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover:!selected { color: $text; background: $raised; }
QTabBar::tab:focus { border: 1px solid $accent; border-bottom: 2px solid $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }

QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: 4px;
    padding: 4px 12px;
}
QToolButton { padding: 4px; }
QPushButton:hover, QToolButton:hover { border-color: $dim; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
    background: $selection;
}
QPushButton[wide="true"] { text-align: left; padding: 6px 12px; }
QPushButton:disabled, QToolButton:disabled { color: $dim; background: transparent; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton:default { background: $accent; color: $accent_text; border-color: $accent; }
QPushButton:default:focus { border: 1px solid $text; }
QPushButton:default:disabled { background: transparent; color: $dim; border-color: $border; }
QPushButton:flat, QToolButton[autoRaise="true"] {
    background: transparent; border: 1px solid transparent;
}
QPushButton:flat:hover, QToolButton[autoRaise="true"]:hover { background: $raised; }
QToolButton[autoRaise="true"]:checked, QToolButton[autoRaise="true"]:pressed {
    background: $selection;
}
QPushButton:flat:focus, QToolButton[autoRaise="true"]:focus { border: 1px solid $accent; }
QToolButton::menu-indicator { image: none; }
QPushButton::menu-indicator {
    image: url($pictures/arrow-down-$shade.svg); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 4px;
}

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background: $field; color: $text; border: 1px solid $border; border-radius: 4px;
    padding: 3px 6px; selection-background-color: $selection; selection-color: $text;
    placeholder-text-color: $dim;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus,
QComboBox:on { border: 1px solid $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
QComboBox:disabled { color: $dim; background: $panel; }
QLineEdit:read-only, QPlainTextEdit:read-only, QTextEdit:read-only { background: $panel; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    border: none; padding: 0; background: transparent;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 16px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $raised; }
QAbstractSpinBox::up-arrow {
    image: url($pictures/arrow-up-$shade.svg); width: 10px; height: 10px;
}
QAbstractSpinBox::down-arrow {
    image: url($pictures/arrow-down-$shade.svg); width: 10px; height: 10px;
}
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow {
    image: url($pictures/arrow-down-$shade.svg); width: 12px; height: 12px;
}
QComboBox QAbstractItemView {
    background: $raised; color: $text; border: 1px solid $border; padding: 4px;
}

QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator, QGroupBox::indicator {
    width: 14px; height: 14px; border: 1px solid $dim; border-radius: 3px; background: $field;
}
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QGroupBox::indicator:checked {
    background: $accent; border-color: $accent; image: url($pictures/check-$shade.svg);
}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
    background: $accent; border-color: $accent; image: url($pictures/dash-$shade.svg);
}
QRadioButton::indicator:checked {
    background: $accent; border-color: $accent; image: url($pictures/dot-$shade.svg);
}
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $dim; }

QAbstractItemView {
    background: $field; color: $text; border: 1px solid $border; alternate-background-color: $panel;
    selection-background-color: $selection; selection-color: $text; outline: none;
}
QAbstractItemView:focus { border: 1px solid $accent; }
QAbstractItemView::item { padding: 2px 4px; }
QAbstractItemView::item:selected { background: $selection; color: $text; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url($pictures/arrow-right-$shade.svg); }
QTreeView::branch:has-children:open { image: url($pictures/arrow-down-$shade.svg); }
QHeaderView { background: $panel; border: none; }
QHeaderView::section {
    background: $panel; color: $dim; border: none; border-bottom: 1px solid $border;
    padding: 4px 8px;
}
QTableCornerButton::section { background: $panel; border: none; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QScrollArea { border: none; background: transparent; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 12px; margin: -5px 0; border-radius: 6px; background: $text; border: 1px solid $border;
}
QSlider::groove:vertical { width: 4px; border-radius: 2px; background: $border; }
QSlider::handle:vertical {
    height: 12px; margin: 0 -5px; border-radius: 6px; background: $text; border: 1px solid $border;
}
QSlider::handle:focus { border: 2px solid $accent; }
QSlider::sub-page:disabled { background: $dim; }
QSlider::handle:disabled { background: $dim; }

QProgressBar {
    background: $field; border: 1px solid $border; border-radius: 4px; color: $text;
    text-align: center; min-height: 14px;
}
QProgressBar::chunk { background: $selection; border-radius: 3px; }

QGroupBox {
    border: 1px solid $border; border-radius: 4px; margin-top: 12px; padding: 8px;
}
QGroupBox::title { subcontrol-origin: margin; left: 8px; padding: 0 4px; color: $dim; }
QLabel:disabled { color: $dim; }
""")


def stylesheet_of(colours: Mapping[str, object]) -> str:
    """The style sheet with these colours in it, by the names of the theme's roles."""
    return _SHEET.substitute(colours, pictures=(icon_folder() / "style").as_posix())
