"""Options that several commands have."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from legation.cli.inputs import Given, iso_8601

_GIVEN = (
    click.option("--published", callback=iso_8601, metavar="DATE", help="When bare text was published (ISO 8601)."),
    click.option("--source", help="The outlet of bare text."),
    click.option("--url", help="The address of bare text."),
    click.option("--title", help="The title of bare text."),
    click.option("--language", metavar="TAG", help="The language of bare text (BCP 47)."),
)


def given_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that describe bare text and HTML files; the command gets them as one argument, `given`."""

    @functools.wraps(command)
    def packed(
        *arguments: Any,
        published: str | None,
        source: str | None,
        url: str | None,
        title: str | None,
        language: str | None,
        **others: Any,
    ) -> Any:
        given = Given(published_at=published, source=source, url=url, title=title, language=language)
        return command(*arguments, given=given, **others)

    return functools.reduce(lambda function, option: option(function), reversed(_GIVEN), packed)
