"""Files that are replaced: what is kept of the old one, and that nothing is lost when the disk is full."""

from __future__ import annotations

import errno
import os
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import symad
from symad.system import storing

FORMULA = " + ".join(f"sin({k}.5*x)" for k in range(300))  # a tape of more bytes than the limit below
LIMIT = 1000


@contextmanager
def full_disk() -> Iterator[None]:
    """Files of this process end at so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def replace(path: Path) -> None:
    storing.replace(path, b"1" * 5000)


def save(path: Path) -> None:
    symad.compile(FORMULA).save(path)


def to_c(path: Path) -> None:
    symad.compile(FORMULA).to_c(path)


@pytest.mark.parametrize("write", [replace, save, to_c])
def test_a_full_disk_leaves_the_old_file(write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with full_disk(), pytest.raises(OSError, match="File too large") as caught:
        write(path)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old"
    with full_disk(), pytest.raises(OSError, match="File too large"):
        write(tmp_path / "new")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    write(path)
    assert len(path.read_bytes()) >= 5000


def test_what_fails_last_leaves_the_old_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        storing.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_permissions_stay_and_new_files_get_the_usual_ones(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 12345, 12346)
    before = path.stat()
    storing.replace(path, b"new")
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    umask = os.umask(0o027)
    try:
        storing.replace(tmp_path / "new", b"new")
    finally:
        os.umask(umask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other").symlink_to("folder/file")
    (tmp_path / "link").symlink_to(tmp_path / "other")
    for text in (b"first", b"second"):  # through a link that leads nowhere yet, and then to a file
        storing.replace(tmp_path / "link", text)
        assert (tmp_path / "folder" / "file").read_bytes() == text
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "other").is_symlink()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="symbolic links"):
        storing.replace(tmp_path / "loop", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and /proc are of Linux")
def test_devices_and_pipes_are_written_to(tmp_path: Path) -> None:
    storing.replace("/dev/null", b"text")
    assert not Path("/dev/null").is_file()
    with pytest.raises(OSError, match="No space left") as caught:
        storing.replace("/dev/full", b"text")
    assert caught.value.filename == "/dev/full"
    os.mkfifo(tmp_path / "pipe")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    storing.replace(tmp_path / "pipe", b"text")
    reader.join()
    assert found == [b"text"]
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and /proc are of Linux")
def test_what_a_process_has_opened_is_added_to(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"before\n")
    number = path.stat().st_ino
    with path.open("ab") as file:
        storing.replace(f"/dev/fd/{file.fileno()}", b"answer\n")
        storing.replace(f"/proc/self/fd/{file.fileno()}", b"answer\n")
    assert path.read_bytes() == b"before\nanswer\nanswer\n"
    assert path.stat().st_ino == number


def test_what_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IsADirectoryError):
        storing.replace(tmp_path, b"")
    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr("os.access", lambda *_: False)  # as for a file that is read only, by whom it is not root
    with pytest.raises(PermissionError):
        storing.replace(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_file_in_a_folder_that_takes_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    path = tmp_path / "file"
    path.write_bytes(b"old and long")
    monkeypatch.setattr(storing, "_beside", refuse)
    storing.replace(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(PermissionError):
        storing.replace(tmp_path / "other", b"new")


def test_a_piece_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    with full_disk(), storing.replacing(path, in_place=True) as file:
        storing.put(file, b"1" * (LIMIT - 10))
        assert path.stat().st_size == LIMIT - 10  # there at once
        with pytest.raises(OSError, match="File too large"):
            storing.put(file, b"2" * 20)
    assert path.read_bytes() == b"1" * (LIMIT - 10)
