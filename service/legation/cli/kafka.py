"""What commands that talk to Kafka share: where it is, how to be let in, and how they say that it is not there."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, NodeNotReadyError, RequestTimedOutError
from click.core import ParameterSource

from legation.runtime.control import EX_CONFIG, EX_UNAVAILABLE
from legation.runtime.settings import BadSettings, Settings

# The client logs each attempt to connect; without a handler those lines would go to stderr beside our one message.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())


class Unavailable(click.ClickException):
    """Something that the command needs from outside is not there; the message says what to do."""

    exit_code = EX_UNAVAILABLE


class Misconfigured(click.ClickException):
    """The environment cannot be used; the message names the variables."""

    exit_code = EX_CONFIG


def client_options(kafka: str) -> dict[str, Any]:
    """Keyword arguments for any client of the cluster at `kafka`: how to be let in, the settings tell.

    Raises:
        Misconfigured: they are not right.
    """
    try:
        return Settings.load({**os.environ, "LEGATION_KAFKA": kafka}).client_options()
    except BadSettings as error:
        raise Misconfigured(str(error)) from None


def _address(context: click.Context, option: click.Parameter, value: str) -> str:
    try:
        return Settings.load({"LEGATION_KAFKA": value}).kafka
    except BadSettings as error:
        if option.name and context.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT:
            raise Misconfigured(str(error)) from None
        raise click.BadParameter(str(error).removeprefix("LEGATION_KAFKA: ")) from None


kafka_option = click.option(
    "--kafka",
    envvar="LEGATION_KAFKA",
    default="127.0.0.1:9092",
    show_default=True,
    show_envvar=True,
    callback=_address,
    metavar="HOST:PORT[,...]",
    help="Address of the Kafka cluster. How to be let in is a setting: see `legation worker --help`.",
)


@contextmanager
def reaching(kafka: str) -> Iterator[None]:
    """Turn what the client raises into a message: one for its various ways of saying that no broker answers.

    Raises:
        Unavailable: the cluster at `kafka` was not, or is no longer, to be reached.
        ClickException: the cluster answers, and refuses.
    """
    try:
        yield
    except (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError, RequestTimedOutError) as error:
        raise Unavailable(
            f"No Kafka answers at {kafka} ({type(error).__name__}). Start one with `legation broker`, or say with "
            "--kafka or LEGATION_KAFKA where it is."
        ) from None
    except KafkaError as error:
        raise click.ClickException(f"Kafka at {kafka} refuses: {error}") from None
