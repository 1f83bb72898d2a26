"""What it takes to run Apache Kafka's server here: a Java, and the server's jars as Maven brings them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KAFKA_VERSION = "4.1.1"
"""The version in pom.xml and of the container image. 4.x is KRaft only, and what new clusters run."""

_OLDEST_JAVA = 17
"""Kafka 4 servers are compiled for Java 17 (KIP-1013)."""

_DOWNLOAD_SECONDS = 600
"""43 MB and Maven's own plugins: seconds on most lines, minutes on a bad one; after ten there is no line."""

_HERE = Path(__file__).parent
_MANIFEST = _HERE / "jars.sha256"


class BrokerUnavailable(RuntimeError):
    """There is no broker to be had. The message says why and what to do about it."""


def find_java() -> str:
    """Path of a `java` that can run the server: that of JAVA_HOME, else the one on the PATH.

    Raises:
        BrokerUnavailable: there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")
    if java is None:
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise BrokerUnavailable(f"no java {where}: install a Java runtime, {_OLDEST_JAVA} or newer")
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', answer)  # '17.0.15', '21', and '1.8.0_402' up to Java 8
    if found is None:
        raise BrokerUnavailable(f"{java} does not say which version it is: {answer.strip()[:200]!r}")
    if int(found[1]) < _OLDEST_JAVA:
        raise BrokerUnavailable(f"{java} is Java {found[1]}, and Kafka {KAFKA_VERSION} needs {_OLDEST_JAVA} or newer")
    return java


def find_jars() -> Path:
    """Directory of the server's jars in the user's cache; Maven brings them on first use. Every jar is checked.

    Raises:
        BrokerUnavailable: they are not there and cannot be fetched, or are not the ones that jars.sha256 pins.
    """
    # Keyed by what it holds: a new pin never meets the jars of an old one.
    pin = hashlib.sha256(_MANIFEST.read_bytes()).hexdigest()[:12]
    directory = _cache_dir() / f"kafka-{KAFKA_VERSION}-{pin}"
    if not directory.is_dir():
        _fetch(directory)
    _verify(directory)  # 43 MB, a tenth of a second: also finds a cache that the disk or a hand has damaged
    return directory


def _fetch(directory: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerUnavailable(
            f"the jars of Kafka {KAFKA_VERSION} are not in {directory}, and no mvn is on the PATH to fetch them: "
            "install Maven"
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{directory.name}.", dir=directory.parent) as scratch:
        target = Path(scratch) / "jars"
        command = [maven, "-q", "-B", "-f", str(_HERE / "pom.xml"), "dependency:copy-dependencies"]
        try:
            # In the scratch directory, so that no .mvn of the caller's has a say.
            done = subprocess.run(
                [*command, f"-DoutputDirectory={target}"],
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_DOWNLOAD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise BrokerUnavailable(
                f"Maven did not bring Kafka's jars within {_DOWNLOAD_SECONDS} s: is there a way to a Maven repository?"
            ) from None
        if done.returncode != 0:
            said = "\n".join(line for line in done.stdout.splitlines() if "ERROR" in line)[:1000]
            raise BrokerUnavailable(
                "Maven could not bring Kafka's jars (no network, or a mirror to be set in ~/.m2/settings.xml?):\n"
                + said
            )
        _verify(target)
        try:
            target.rename(directory)
        except OSError:
            if not directory.is_dir():  # else another process was faster, with the same jars
                raise


def _verify(directory: Path) -> None:
    pinned = {name: digest for digest, name in map(str.split, _MANIFEST.read_text().splitlines())}
    found = {path.name for path in directory.iterdir()}
    for name in sorted(pinned.keys() | found):
        if name not in pinned or name not in found or _sha256(directory / name) != pinned[name]:
            raise BrokerUnavailable(
                f"{directory / name} is not the jar that legation was tested with (or is missing or surplus): "
                f"delete {directory} and start again; should that not help, the Maven repository serves other files"
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cache_dir() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "legation"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "legation"
