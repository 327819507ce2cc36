"""Where things live: the user's cache, data, settings and plugins, and the shipped resources."""

from __future__ import annotations

from pathlib import Path

APP_NAME = "aiprod"

_ENGINE = Path(__file__).resolve().parents[1]


def cache_dir() -> Path:
    """The folder of results that can be made again (`$XDG_CACHE_HOME/aiprod` on Linux)."""
    import platformdirs

    return platformdirs.user_cache_path(APP_NAME, appauthor=False)


def data_dir() -> Path:
    """The folder of jobs, imported models and plugins (`$XDG_DATA_HOME/aiprod` on Linux)."""
    import platformdirs

    return platformdirs.user_data_path(APP_NAME, appauthor=False)


def settings_dir() -> Path:
    """The folder of preferences (`$XDG_CONFIG_HOME/aiprod` on Linux)."""
    import platformdirs

    return platformdirs.user_config_path(APP_NAME, appauthor=False, roaming=True)


def plugin_dirs() -> list[Path]:
    """The folders searched for node files, existing or not: the user's, then a checkout's."""
    folders = [data_dir() / "plugins"]
    checkout = checkout_dir()
    return [*folders, checkout / "plugins"] if checkout else folders


def resources_dir() -> Path:
    """The shipped models, templates, themes and icons, in a checkout as in an installed wheel."""
    packed = _ENGINE / "_resources"
    return packed if packed.is_dir() else _ENGINE.parent / "resources"


def checkout_dir() -> Path | None:
    """The top folder of the source checkout that runs, or None when installed from a wheel."""
    top = _ENGINE.parent
    return top if (top / "pyproject.toml").is_file() and (top / "resources").is_dir() else None
