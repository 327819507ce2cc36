"""The registry's SQLite file: every weights file with its card, and what was promoted when.

Weights that come with the program are brought up to date from its resources whenever the file is
opened; each installation has its own, told apart by its folder.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from engine.errors import ModelError
from engine.models.card import Card, read_card
from engine.runtime.folders import data_dir, resources_dir

VERSION = 1
OWN = ""  # the home of weights that the user registered
_SCHEMA = """
CREATE TABLE weights (
    home TEXT NOT NULL, name TEXT NOT NULL, part TEXT NOT NULL, path TEXT NOT NULL,
    card TEXT NOT NULL, stamp TEXT NOT NULL, PRIMARY KEY (home, name, part)
) WITHOUT ROWID;
CREATE TABLE promotions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, at REAL NOT NULL, withdrawn REAL
);
"""


def records_path() -> Path:
    """Where the registry is kept."""
    return data_dir() / "models.sqlite"


def own_folder() -> Path:
    """Where registered weights lie."""
    return data_dir() / "models"


def shipped_folder() -> Path:
    """Where the weights lie that come with this program."""
    return resources_dir() / "models"


def read_weights() -> list[tuple[Path, Card]]:
    """Every weights file whose file is there, with its card: shipped ones first, then by name.

    Raises ModelError for a damaged registry, or a damaged card of what is shipped.
    """
    query = "SELECT path, card FROM weights WHERE home IN ('', ?) ORDER BY home = '', name, part"
    with _records() as db:
        rows = db.execute(query, (str(shipped_folder()),)).fetchall()
    found = ((Path(path), Card(**json.loads(card))) for path, card in rows)
    return [(path, card) for path, card in found if path.exists()]


def read_own_weights() -> list[tuple[Path, Card]]:
    """What the user registered, also where the file is gone. Raises ModelError when damaged."""
    with _records(shipped=False) as db:
        rows = db.execute("SELECT path, card FROM weights WHERE home = '' ORDER BY name, part")
        return [(Path(path), Card(**json.loads(card))) for path, card in rows]


def add_weights(path: Path, card: Card) -> None:
    """Record a weights file of the user's, in place of an earlier one of that name and part."""
    with _records(write=True) as db:
        _put(db, OWN, path, card, "")


def promoted() -> str | None:
    """The model promoted last, promotions that were rolled back apart."""
    query = "SELECT name FROM promotions WHERE withdrawn IS NULL ORDER BY number DESC LIMIT 1"
    with _records() as db:
        row = db.execute(query).fetchone()
    return None if row is None else str(row[0])


def add_promotion(name: str) -> None:
    """Record that a model became the default."""
    with _records(write=True) as db:
        db.execute("INSERT INTO promotions (name, at) VALUES (?, ?)", (name, time.time()))


def withdraw_promotion() -> str | None:
    """Take the latest promotion back and say which it was; None when there is none."""
    last = "SELECT MAX(number) FROM promotions WHERE withdrawn IS NULL"
    change = f"UPDATE promotions SET withdrawn = ? WHERE number = ({last}) RETURNING name"
    with _records(write=True) as db:
        row = db.execute(change, (time.time(),)).fetchone()
    return None if row is None else str(row[0])


@contextmanager
def _records(*, shipped: bool = True, write: bool = False) -> Iterator[sqlite3.Connection]:
    """The open registry, up to date; what the block does is one transaction.

    One that writes says so before it reads: two that read first could not both go on to write.
    """
    path = records_path()
    try:
        with closing(_connect(path)) as db:
            here = _shipped_here(shipped_folder()) if shipped else {}
            ready = _is_current(db) and (not shipped or here == _known(db, shipped_folder()))
            db.execute("BEGIN" if ready and not write else "BEGIN IMMEDIATE")
            with db:
                _make_tables(db, path)
                if shipped:
                    _take_shipped(db, shipped_folder(), here)
                yield db
    except sqlite3.OperationalError as cause:
        raise ModelError(f"cannot use the model registry: {cause}", where=str(path)) from cause
    except sqlite3.DatabaseError as cause:
        raise ModelError(
            f"the model registry is damaged: {cause}",
            where=str(path),
            mend="Move the file away: a new one is made from the cards in the models folder.",
        ) from cause


def _connect(path: Path) -> sqlite3.Connection:
    """The file's connection. Where none can be made, what is shipped can still be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=10, isolation_level=None)
        db.execute("PRAGMA user_version")
    except (OSError, sqlite3.OperationalError):
        if path.exists():
            raise
        db = sqlite3.connect(":memory:", isolation_level=None)
    return db


def _is_current(db: sqlite3.Connection) -> bool:
    return int(db.execute("PRAGMA user_version").fetchone()[0]) == VERSION


def _make_tables(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new registry, with what earlier programs left as cards beside files."""
    if _is_current(db):
        return
    if int(db.execute("PRAGMA user_version").fetchone()[0]) > VERSION:
        raise ModelError(
            "the model registry is of a newer program", where=str(path), mend="Update AIPROD."
        )
    for statement in filter(str.strip, _SCHEMA.split(";")):
        db.execute(statement)
    for card in sorted(own_folder().glob("*.json")):
        if card.with_suffix(".safetensors").exists():
            _put(db, OWN, card.with_suffix(".safetensors"), read_card(card), "")
    db.execute(f"PRAGMA user_version = {VERSION}")


def _shipped_here(folder: Path) -> dict[str, str]:
    """The weights that have a card in the folder, each with what changes when the card does."""
    here = {}
    for card in folder.glob("*.json"):
        facts = card.stat()
        here[str(card.with_suffix(".safetensors"))] = f"{facts.st_mtime_ns} {facts.st_size}"
    return here


def _known(db: sqlite3.Connection, folder: Path) -> dict[str, str]:
    query = "SELECT path, stamp FROM weights WHERE home = ?"
    return dict(db.execute(query, (str(folder),)).fetchall())


def _take_shipped(db: sqlite3.Connection, folder: Path, here: Mapping[str, str]) -> None:
    """Record the cards in `folder` that are new or changed, and forget those that are gone."""
    if here == _known(db, folder):
        return
    db.execute("DELETE FROM weights WHERE home = ?", (str(folder),))
    for path, stamp in here.items():
        _put(db, str(folder), Path(path), read_card(Path(path).with_suffix(".json")), stamp)


def _put(db: sqlite3.Connection, home: str, path: Path, card: Card, stamp: str) -> None:
    row = (home, card.name, card.part, str(path), json.dumps(asdict(card)), stamp)
    db.execute("INSERT OR REPLACE INTO weights VALUES (?, ?, ?, ?, ?, ?)", row)
