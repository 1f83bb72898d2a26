"""Furniture is told from prose, with its reason."""

from __future__ import annotations

import pytest

from legation.stages.clean.furniture import cut_script_warnings, reason_for


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Share | Tweet | Email", "share-buttons"),
        ("Facebook Twitter LinkedIn", "share-buttons"),
        ("SHARE THIS ARTICLE", "share-buttons"),
        ("Subscribe to our premium service for full access.", "subscription"),
        ("You have 3 free articles left this month", "subscription"),
        ("Sign up for our morning briefing", "newsletter"),
        ("The day's news, delivered straight to your inbox.", "newsletter"),
        ("This website uses cookies. Accept?", "cookie-notice"),
        ("READ MORE: Peru signs a treaty", "read-more"),
        ("Related stories", "read-more"),
        ("Advertisement", "advertisement"),
        ("Story continues below advertisement", "advertisement"),
        ("© 2021 Example Media", "copyright"),
        ("Copyright 2021 Example Media. All rights reserved.", "copyright"),
        ("c.1990 The Lima Echo", "copyright"),
        ("(Corrects the minister's name in paragraph two)", "editors-note"),
        ("UPDATE 2 (adds quotes, background)", "editors-note"),
        ("12 Comments", "comments"),
        ("3 min read", "reading-time"),
        ("https://example.org/a/b", "address"),
        ("desk@example.org", "address"),
        ("* * *", "rule"),
    ],
)
def test_furniture(line: str, reason: str) -> None:
    assert reason_for(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "Share prices in Lima fell after the treaty was signed.",
        "Subscribers to the treaty met in Lima.",
        "The newsletter of the ministry said so on Monday.",
        "Lawyers spoke of copyright and of trade in goods.",
        "Printing of the treaty has begun.",
        "More than ten ministers came.",
        "Comments by the minister drew anger in Nairobi.",
        "Registered voters will decide on the treaty.",
        "Read literally, the treaty bans fishing.",
        "Minister: we will sign",
    ],
)
def test_prose_is_left_alone(line: str) -> None:
    assert reason_for(line) is None


@pytest.mark.parametrize(
    "warning",
    [
        "Sorry, but your browser needs Javascript to use this site.",
        "Please enable JavaScript to continue using this application.",
        "You need to enable JavaScript to run this app.",
        "JavaScript is required to view this page. Please enable it in your browser and reload.",
        "This site requires JavaScript.",
        "To view this video please enable JavaScript, and consider upgrading to a web browser that supports it.",
        "We have detected that JavaScript is disabled in this browser. Please enable JavaScript or switch browser.",
    ],
)
def test_script_warnings_are_cut_from_what_they_were_run_into(warning: str) -> None:
    pieces = [piece for piece in cut_script_warnings(f"Peru signs a treaty with Kenya {warning}") if piece[0]]

    assert pieces == [("Peru signs a treaty with Kenya", False), (warning, True)]


def test_a_line_without_warning_is_one_piece() -> None:
    assert [p for p in cut_script_warnings("The treaty is signed.") if p[0]] == [("The treaty is signed.", False)]
