"""The data files: what the manifest promises, and what is said when a file is broken."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from legation.knowledge import KnowledgeError, load
from legation.knowledge.__main__ import main
from legation.knowledge.frames import read_frames
from legation.knowledge.loader import read
from legation.knowledge.manifest import MANIFEST, read_manifest, rewrite, verify
from legation.knowledge.tables import read_rows
from legation.knowledge.words import read_lists

DATA = Path(str(files("legation.knowledge") / "data"))

SMALL = {
    "countries.tsv": "code name until aliases adjectives capital capital_aliases lat lon\n"
    "FRA France . . French Paris . 48.86 2.35\nOMN Oman . . Omani Muscat . 23.59 58.41",
    "agencies.tsv": "name aliases country sector\nDGSE . FRA SPY",
    "bodies.tsv": "code name aliases parent members\nUN UN . . FRA|OMN\nUNSC Council . UN .",
    "seats.tsv": "name aliases country body sector\nMatignon . FRA . GOV",
    "groups.tsv": "code name aliases country sector\nRED Reds . . REB",
    "parties.tsv": "name aliases country\nGreens . FRA",
    "people.tsv": "name family aliases short country body sector office start end\n"
    "Ada~Roi Roi . . FRA . GOV president 2001 2003-05",
    "outlets.tsv": "name aliases country kind\nBulletin . FRA outlet",
    "cities.tsv": "name aliases country lat lon\nBrest . FRA 48.39 -4.49",
    "regions.tsv": "name aliases country lat lon\nAlps . . . .",
    "not_names.tsv": "phrase\nFrench~toast",
    "offices.tsv": "name aliases sector weak\nminister ministers GOV y",
    "agents.tsv": "name aliases sector weak\nsoldiers soldier MIL .",
}
"""A whole world, for breaking. Here a space divides cells, a dot is an empty one, and `~` a space within a cell."""


def cells(line: str) -> str:
    return "\t".join("" if cell == "." else cell.replace("~", " ") for cell in line.split(" "))


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A small set of data files, with its manifest."""
    entries = []
    for name, text in sorted(SMALL.items()):
        (tmp_path / name).write_text("\n".join(["# a comment", *map(cells, text.split("\n"))]) + "\n")
        entries.append({"name": name, "version": 3, "sha256": "", "source": "us", "licence": "Apache-2.0", "rows": 0})
    (tmp_path / MANIFEST).write_text(json.dumps(entries))
    rewrite(tmp_path)
    return tmp_path


def test_the_manifest_lists_the_files_as_they_are() -> None:
    listed = verify(DATA)
    assert {file.name for file in listed} | {MANIFEST} == {path.name for path in DATA.iterdir()}
    assert all(file.licence and file.source and file.rows for file in listed)


def test_the_version_changes_with_any_file(world: Path) -> None:
    before = read(world).version
    with (world / "agents.tsv").open("a") as file:
        file.write(cells("troops . MIL .") + "\n")
    rewrite(world)
    assert re.fullmatch("[0-9a-f]{12}", before)
    assert read(world).version != before


def test_what_a_person_says_about_a_file_outlasts_a_new_hash(world: Path) -> None:
    (world / "agents.tsv").write_text(cells("name aliases sector weak") + "\n")
    rewrite(world)
    file = read_manifest(world)["agents.tsv"]
    assert (file.version, file.source, file.licence, file.rows) == (3, "us", "Apache-2.0", 0)


def test_the_small_world_reads(world: Path) -> None:
    knowledge = read(world)
    assert [match.text for match in knowledge.find("Ada Roi of France ate French toast in Brest, Omani")] == [
        "Ada Roi",
        "France",
        "Brest",
        "Omani",
    ]
    assert knowledge.bodies["UNSC"].parent == "UN"


@pytest.mark.parametrize(
    ("file", "row", "message"),
    [
        ("countries.tsv", "FR Gaul . . . . . . .", "column 'code': 'FR' is not an ISO 3166 alpha-3 code"),
        ("countries.tsv", "FRA Gaul . . . . . . .", "column 'code': 'FRA' stands twice in this file"),
        ("countries.tsv", "ITA . . . . . . . .", "column 'name': is empty"),
        ("countries.tsv", "ITA Italy 1946-13 . . . . . .", "column 'until': '1946-13' is not a date"),
        ("countries.tsv", "ITA Italy . . . Rome . 91 12", "column 'lat': 91 is not between -90 and 90"),
        ("countries.tsv", "ITA Italy . . . Rome . 41 181", "column 'lon': 181 is not between -180 and 180"),
        ("countries.tsv", "ITA Italy . . . Rome . forty 12", "column 'lat': 'forty' is not a number"),
        ("countries.tsv", "ITA Italy . . . Rome . nan 12", "column 'lat': nan is not between -90 and 90"),
        ("countries.tsv", "ITA Italy . . . Rome . . 12", "column 'lat': latitude and longitude must both be given"),
        ("countries.tsv", "ITA Italy . Italia|Italia . . . . .", "column 'aliases': 'Italia' stands twice"),
        ("countries.tsv", "ITA Italy . Italia| . . . . .", "column 'aliases': value 2 is empty or has space around it"),
        ("countries.tsv", "ITA Italy . A|~B . . . . .", "column 'aliases': value 2 is empty or has space around it"),
        ("countries.tsv", "ITA Italy~ . . . . . . .", "column 'name': has space around it"),
        ("countries.tsv", "ITA Italy", "2 cells where there are 9 columns"),
        ("agencies.tsv", "AISE . ITA SPY", "column 'country': unknown country code 'ITA'"),
        ("agencies.tsv", "DST . FRA SPIES", "column 'sector': 'SPIES' is none of GOV, "),
        ("agencies.tsv", "DGSE . FRA SPY", "column 'name': 'DGSE FRA' stands twice in this file"),
        ("bodies.tsv", "Nato Alliance . . .", "column 'code': 'Nato' is not capitals, digits and hyphens"),
        ("bodies.tsv", "UN Nations . . .", "column 'code': 'UN' stands twice"),
        ("bodies.tsv", "AU Union . OAU .", "column 'parent': unknown body 'OAU'"),
        ("bodies.tsv", "AU Union . . OMN|FRA", "column 'members': are not sorted"),
        ("bodies.tsv", "AU Union . . EGY", "column 'members': unknown country code 'EGY'"),
        ("seats.tsv", "Berlaymont . . EU IGO", "column 'body': unknown body 'EU'"),
        ("groups.tsv", "BLUE Blues . . .", "column 'sector': is empty"),
        ("people.tsv", "Bo Bo . . FRA . GOV king 2003 2001-05", "column 'end': 2001-05 is before 2003"),
        (
            "people.tsv",
            "Ada~Roi Roi . . FRA . GOV president 2001 .",
            "column 'name': 'Ada Roi president 2001' stands twice",
        ),
        ("outlets.tsv", "Herald . FRA paper", "column 'kind': is neither 'agency' nor 'outlet'"),
        ("cities.tsv", "Brest . FRA . .", "column 'name': 'Brest FRA' stands twice in this file"),
        ("not_names.tsv", "Alps", "column 'phrase': 'Alps' is a name in another file"),
        ("offices.tsv", "Envoy . GOV .", "column 'name': 'Envoy' is not in lower case"),
        ("offices.tsv", "envoy . GOV yes", "column 'weak': 'yes' is neither 'y' nor empty"),
        ("agents.tsv", "ministers . GOV .", "column 'name': 'ministers' stands twice in offices.tsv and agents.tsv"),
    ],
)
def test_a_broken_row_is_told_with_file_line_column_and_reason(world: Path, file: str, row: str, message: str) -> None:
    path = world / file
    line = path.read_text().count("\n") + 1
    with path.open("a") as out:
        out.write(cells(row) + "\n")
    rewrite(world)
    with pytest.raises(KnowledgeError, match=re.escape(f"{file}:{line}: {message}")):
        read(world)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"name\tsector\n",
            "agents.tsv:1: the columns are ('name', 'sector'), not ('name', 'aliases', 'sector', 'weak')",
        ),
        (b"# only a comment\n", "agents.tsv: has no header line"),
        (
            b"name\taliases\tsector\tweak\ncaf\xe9\t\t\t\n",
            "agents.tsv: not UTF-8: invalid continuation byte at byte 28",
        ),
    ],
)
def test_a_broken_file_is_told(world: Path, content: bytes, message: str) -> None:
    (world / "agents.tsv").write_bytes(content)
    rewrite(world)
    with pytest.raises(KnowledgeError, match=re.escape(message)):
        read(world)


def test_a_change_that_the_manifest_does_not_know_is_told(world: Path) -> None:
    with (world / "agents.tsv").open("a") as file:
        file.write("# one more comment\n")
    with pytest.raises(KnowledgeError, match=r"agents\.tsv: sha256 is .*--write-manifest"):
        read(world)


def test_a_missing_file_is_told(world: Path) -> None:
    (world / "agents.tsv").unlink()
    with pytest.raises(KnowledgeError, match=r"agents\.tsv: is in manifest\.json but missing"):
        read(world)


def test_a_file_that_is_not_listed_is_told(world: Path) -> None:
    shutil.copy(world / "agents.tsv", world / "more.tsv")
    with pytest.raises(KnowledgeError, match=r"more\.tsv: is not in manifest\.json"):
        verify(world)


def test_a_wrong_count_of_rows_is_told(world: Path) -> None:
    manifest = world / MANIFEST
    manifest.write_text(manifest.read_text().replace('"rows": 2', '"rows": 7', 1))
    with pytest.raises(KnowledgeError, match=r"has 2 rows, manifest\.json says 7"):
        verify(world)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "manifest.json: is missing"),
        ("[{]", "manifest.json: JSON is malformed"),
        ('[{"name": "agents.tsv"}]', "manifest.json: Object missing required field"),
    ],
)
def test_a_broken_manifest_is_told(world: Path, content: str | None, message: str) -> None:
    (world / MANIFEST).unlink()
    if content is not None:
        (world / MANIFEST).write_text(content)
    with pytest.raises(KnowledgeError, match=re.escape(message)):
        read(world)


def test_an_unsorted_manifest_is_told(world: Path) -> None:
    manifest = world / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text())[::-1]))
    with pytest.raises(KnowledgeError, match="not sorted by name"):
        read(world)


def test_the_command_lists_every_file_and_the_version() -> None:
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 0
    assert {line.split()[0] for line in result.output.splitlines()} == {file.name for file in verify(DATA)} | {
        "version"
    }
    assert load().version in result.output


def rows(name: str) -> list[list[str]]:
    lines = [line for line in (DATA / name).read_text().splitlines() if not line.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


@pytest.mark.parametrize("name", ["cities.tsv", "regions.tsv"])
def test_coordinates_have_two_decimals(name: str) -> None:
    given = [cell for row in rows(name) for cell in row[3:] if cell]
    assert len(given) > 100
    assert [cell for cell in given if not re.fullmatch(r"-?\d+\.\d\d", cell)] == []


def test_no_city_has_the_name_of_a_capital() -> None:
    capitals = {name for row in rows("countries.tsv") for name in (row[5], *row[6].split("|")) if name}
    cities = {name for row in rows("cities.tsv") for name in (row[0], *row[1].split("|")) if name}
    assert capitals & cities == set()


def test_every_city_has_a_country_and_every_seat_someone_it_stands_for() -> None:
    assert [row[0] for row in rows("cities.tsv") if not row[2]] == []
    assert [row[0] for row in rows("seats.tsv") if not (row[2] or row[3])] == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("v:meet|@nobody . . . . . . . .", "there is no list 'nobody'"),
        ("meet . . . . . . . .", "cannot read 'meet': letter, colon, words"),
        ("v:meet + o:king + o:queen . . . . . . . .", "cannot read 'o:queen'"),
        ("v:meet dance . . . . . . .", "consult has no mode 'dance'"),
        ("v:meet . subj,obj . . . . . .", "roles 'subj,obj' have neither > nor ="),
        ("v:meet . . all . . . . .", "needs 'all' is not actor, recipient or both"),
        ("v:meet . . . done . . . .", "'done' is not a valid Status"),
    ],
)
def test_a_broken_frame_is_told_with_file_line_and_reason(row: str, message: str) -> None:
    columns = ("pattern", "mode", "roles", "needs", "status", "plover", "cameo", "example", "parties")
    cell = ["" if cell == "." else cell for cell in row.rsplit(" ", 8)]
    (given,) = read_rows("frames.consult.tsv", "\t".join(columns) + "\n" + "\t".join(cell) + "\n", columns)
    with pytest.raises(KnowledgeError, match=rf"^frames\.consult\.tsv:2: .*{re.escape(message)}"):
        read_frames("consult", given, {})


def test_a_word_list_that_stands_twice_is_refused() -> None:
    rows = read_rows("words.tsv", "name\twords\na\tone\na\ttwo\n", ("name", "words"))
    with pytest.raises(KnowledgeError, match="column 'name': stands twice"):
        read_lists(rows)
