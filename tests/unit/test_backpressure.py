"""That reading waits for the worker: from a full queue of an agent back to the consumer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from faust.types import TP

from legation.runtime.app import Consumer, build_app
from legation.runtime.settings import Settings


@pytest.fixture
async def consumer() -> Consumer:
    app = build_app(Settings.load({"LEGATION_QUEUE_RECORDS": "16"}), "clean", replication=1)
    found: Any = app.consumer
    assert isinstance(found, Consumer)
    found.resume_flow()
    return found


async def never() -> None:
    await asyncio.Event().wait()


async def test_handing_over_waits_until_the_agent_has_room(consumer: Consumer) -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(1)
    queue.put_nowait(1)
    handing_over = asyncio.create_task(consumer.wait_first(queue.put(2), never()))
    await asyncio.sleep(0.01)
    assert not handing_over.done()
    assert queue.get_nowait() == 1
    await handing_over
    assert queue.get_nowait() == 2


async def test_while_partitions_are_dealt_anew_a_record_is_handed_over_as_faust_does(consumer: Consumer) -> None:
    dealt = asyncio.Event()
    dealt.set()
    consumer.flow_active = False
    queue: asyncio.Queue[int] = asyncio.Queue(1)
    queue.put_nowait(1)
    await asyncio.wait_for(consumer.wait_first(queue.put(2), dealt.wait()), 5)
    assert queue.qsize() == 1, "the deal ends the waiting, and what was to be handed over is read again"


async def test_a_queue_that_is_full_pauses_no_partition(consumer: Consumer) -> None:
    place = TP("news", 0)
    consumer._set_active_tps({place})
    consumer.on_buffer_full(place)
    assert consumer._get_active_partitions() == {place}


def test_queues_hold_as_many_records_as_is_set() -> None:
    app = build_app(Settings.load({"LEGATION_QUEUE_RECORDS": "16"}), "clean", replication=1)
    assert app.conf.stream_buffer_maxsize == app.conf.broker_max_poll_records == 16
