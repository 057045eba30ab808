"""What one process commits wakes the pages of another."""

from __future__ import annotations

import asyncio

import pytest

from appliance.fleet.news import News, SharedNews, open_news
from appliance.fleet.store import open_store

ALIVE_S = 20.0


async def woken(news: News, tell, times: int = 1, alive_s: float = ALIVE_S) -> int:
    """How often a page of sales is woken by what `tell` does after it first looked."""
    count = 0
    async with asyncio.timeout(ALIVE_S / 2):
        async for _ in news.wakes("sales", alive_s):
            if count == times:
                return count
            tell()
            count += 1
    return count


def test_a_page_is_woken_in_its_own_process():
    news = News()
    assert asyncio.run(woken(news, lambda: news.tell(("stock", "sales")), times=3)) == 3


def test_a_page_is_woken_for_its_own_topic_alone():
    news = News()
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(woken(news, lambda: news.tell(("stock",))), 0.2))


def test_a_page_that_nobody_wakes_looks_by_itself():
    assert asyncio.run(woken(News(), lambda: None, alive_s=0.01)) == 1


def test_a_page_on_another_machine_is_woken_through_postgresql(postgres_url):
    stores = [open_store(postgres_url) for _ in range(2)]
    collector, console = (open_news(it) for it in stores)
    assert isinstance(console, SharedNews)
    try:
        for it in (collector, console):
            it.start()
        assert asyncio.run(woken(console, lambda: collector.tell(["sales"]), times=2)) == 2
    finally:
        for it in (collector, console):
            it.stop()
        for store in stores:
            store.close()
