"""What commands that talk to Kafka share: the option that says where it is, and how they say that it is not there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click
from aiokafka.conn import collect_hosts
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, NodeNotReadyError, RequestTimedOutError

# The client logs each attempt to connect; without a handler those lines would go to stderr beside our one message.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())


def _address(context: click.Context, option: click.Parameter, value: str) -> str:
    try:
        collect_hosts(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not of the form HOST:PORT[,HOST:PORT...]") from None
    return value


kafka_option = click.option(
    "--kafka",
    envvar="LEGATION_KAFKA",
    default="127.0.0.1:9092",
    show_default=True,
    show_envvar=True,
    callback=_address,
    metavar="HOST:PORT[,...]",
    help="Address of the Kafka cluster.",
)


class Unavailable(click.ClickException):
    """Something that the command needs from outside is not there; the message says what to do."""

    exit_code = 69
    """EX_UNAVAILABLE of sysexits.h; named here since `os` has it on Unix alone."""


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
