"""/pausefeeds and /resumefeeds, in the real service."""

from tests.end_to_end.running import item, rss, running

OWNER = 7777
OLD = item("g-1", "Market reopens in Bannu", "BANNU: A market opened again in Bannu on Monday.")


async def test_a_feed_that_is_due_is_not_read_while_feeds_rest(tmp_path, telegram, feeds):
    feeds.serve("/news.xml", rss(OLD))
    telegram.chat(OWNER)
    async with running(tmp_path, telegram, feeds, owner_ids=frozenset({OWNER})) as house:
        await house.eventually(lambda: house.feed().polls == 1)
        assert "No feed is read from now on" in await house.says(OWNER, "/pausefeeds")
        house.due(house.feed())
        for _ in range(3):
            assert "none is read since" in await house.says(OWNER, "/status")
        assert house.feed().polls == 1
        assert "read again" in await house.says(OWNER, "/resumefeeds")
        await house.eventually(lambda: house.feed().polls == 2)
