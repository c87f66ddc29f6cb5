"""The log of a session: an SQLite file to which every accepted command is added, and from which the session is made again."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from wargame.errors import InputError, mistake
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.session import Session

_MARK = 0x57415247  # "WARG": what kind of SQLite file this is
_FORMAT = 1
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE commands (n INTEGER PRIMARY KEY, at REAL NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TRIGGER kept BEFORE DELETE ON commands BEGIN SELECT RAISE(ABORT, 'commands are never deleted'); END;
CREATE TRIGGER unchanged BEFORE UPDATE ON commands BEGIN SELECT RAISE(ABORT, 'commands are never changed'); END;
"""


class Log:
    """The commands of one session, in order, on disk before anybody is told that they were accepted.

    One program at a time holds the file. ``meta`` holds texts that the session is made from (its scenario, say) and that
    belong to it (its secrets). Use :meth:`create` or :meth:`open`; close it when done.
    """

    def __init__(self, path: Path, base: sqlite3.Connection) -> None:
        self.path = path
        self._base = base
        self.n = int(base.execute("SELECT coalesce(max(n), 0) FROM commands").fetchone()[0])

    @staticmethod
    def create(path: str | Path, meta: Mapping[str, str] | None = None) -> Log:
        """Return a new, empty log. Raises :class:`InputError` when the file exists or cannot be made."""
        path = Path(path)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # names and secrets: for its owner alone
        except FileExistsError:
            raise mistake("there is a file of that name already; resume it, or choose another name", file=str(path)) from None
        except OSError as error:
            raise mistake(f"cannot be written ({error.strerror})", file=str(path)) from None
        base: sqlite3.Connection | None = None
        try:
            base = _connect(path)
            _held(base)
            base.executescript(f"PRAGMA application_id={_MARK}; PRAGMA user_version={_FORMAT}; BEGIN; {_TABLES} COMMIT;")
            log = Log(path, base)
            for key, value in (meta or {}).items():
                log.put(key, value)
        except (sqlite3.Error, InputError) as error:
            _close(base)
            path.unlink(missing_ok=True)  # it was made a moment ago, and holds nothing
            raise error if isinstance(error, InputError) else mistake(f"cannot be written ({error})", file=str(path)) from None
        return log

    @staticmethod
    def open(path: str | Path) -> Log:
        """Return the log in a file. Raises :class:`InputError` when it is no log of a session, is damaged, or is in use."""
        path = Path(path)
        if not path.is_file():
            raise mistake("there is no such file", file=str(path))
        base: sqlite3.Connection | None = None
        try:
            base = _connect(path)
            _check_kind(base, path)  # before anything is written: a file that is somebody else's stays as it is
            _held(base)
            _check(base, path)
            return Log(path, base)
        except sqlite3.OperationalError as error:
            _close(base)
            why = "another program has this session open" if "locked" in str(error) else f"cannot be read ({error})"
            raise mistake(why, file=str(path)) from None
        except sqlite3.DatabaseError as error:
            _close(base)
            raise mistake(f"is no log of a session, or is damaged ({error})", file=str(path)) from None
        except InputError:
            _close(base)
            raise

    def append(self, command: Mapping[str, Any], at: float) -> int:
        """Add a command and return its number; it is on the disk then. Raises :class:`InputError` if it cannot be."""
        text = json.dumps(command, separators=(",", ":"), allow_nan=False)  # fields in the order they came
        try:
            self._base.execute("INSERT INTO commands VALUES (?, ?, ?)", (self.n + 1, at, text))
        except sqlite3.Error as error:
            raise mistake(f"the log cannot be written ({error}); nothing more is accepted", file=str(self.path)) from None
        self.n += 1
        return self.n

    def put(self, key: str, value: str) -> None:
        """Keep a text under a key, in the place of what stood there. Raises :class:`InputError` when the disk fails."""
        try:
            self._base.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        except sqlite3.Error as error:
            raise mistake(f"cannot be written ({error})", file=str(self.path)) from None

    @property
    def meta(self) -> dict[str, str]:
        """The texts kept with the session."""
        return dict(self._base.execute("SELECT key, value FROM meta ORDER BY key"))

    def commands(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """Yield the time and the command of every line. Raises :class:`InputError` for a line that is missing or damaged."""
        for expected, (n, at, text) in enumerate(self._base.execute("SELECT n, at, json FROM commands ORDER BY n"), start=1):
            if n != expected:
                raise mistake(f"command {expected} is missing", file=str(self.path))
            try:
                command = json.loads(text)
            except json.JSONDecodeError:
                command = None
            if not isinstance(command, dict):
                raise mistake(f"command {n} is damaged", file=str(self.path))
            yield float(at), command

    def replay(self, session: Session) -> int:
        """Carry out every command in a session that has not been opened; return how many there were.

        Raises :class:`InputError` when one is refused: the log then belongs to another scenario or another version.
        """
        count = 0
        for at, command in self.commands():
            count += 1
            try:
                session.apply(command, at, again=True)
            except Refusal as error:
                why = f"command {count} is not accepted again ({error}); the log is of another scenario or version"
                raise mistake(why, file=str(self.path)) from None
        return count

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class LoggedSession:
    """A session together with its log: what it accepts is on the disk before the answer. For the web and the terminal."""

    def __init__(self, session: Session, log: Log) -> None:
        self.session = session
        self.log = log
        self._broken = ""

    def apply(self, command: Mapping[str, Any], at: float) -> list[dict[str, Any]]:
        """Carry out a command, write it down, and return what changed. Raises :class:`Refusal`.

        When the disk fails, this and every later command is refused: the session must be resumed from the log.
        """
        if self._broken:
            raise Refusal(self._broken)
        changes = self.session.apply(command, at)
        if changes:
            try:
                self.log.append(command, at)
            except InputError as error:
                self._broken = f"The session can no longer be saved, and stops here. Free the disk and resume it. {error}"
                raise Refusal(self._broken) from None
        return changes


def _connect(path: Path) -> sqlite3.Connection:
    # where it is, in full: "" and ":memory:" would be no files
    base = sqlite3.connect(path.absolute(), timeout=1.0, isolation_level=None, check_same_thread=False)
    base.execute("PRAGMA locking_mode=EXCLUSIVE")
    return base


def _held(base: sqlite3.Connection) -> None:
    """Have a connection hold the file for itself and write through to the disk with every command."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        base.execute(f"PRAGMA {pragma}")


def _check_kind(base: sqlite3.Connection, path: Path) -> None:
    """Raise :class:`InputError` unless the file says that it is a log which this program can read."""
    mark = base.execute("PRAGMA application_id").fetchone()[0]
    form = base.execute("PRAGMA user_version").fetchone()[0]
    if mark != _MARK:
        raise mistake("is no log of a session", file=str(path))
    if form != _FORMAT:
        raise mistake(f"is a log of format {form}; this program reads format {_FORMAT}", file=str(path))


def _check(base: sqlite3.Connection, path: Path) -> None:
    """Raise :class:`InputError` unless the log is sound and nobody else has it."""
    base.execute("BEGIN IMMEDIATE")  # takes the lock, or says that another program has it
    base.execute("COMMIT")
    fault = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise mistake(f"is damaged ({fault})", file=str(path))


def _close(base: sqlite3.Connection | None) -> None:
    if base is not None:
        base.close()
