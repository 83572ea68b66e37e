from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.matching.document import text_document
from bot.matching.matcher import matches
from bot.matching.nodes import And, Near, Not, Or, Range, Term, Value
from bot.matching.query import STORED, Limits, Query, canonical, parse, placeless
from bot.matching.say_back import say
from bot.matching.stored import Reader
from tests.matching.builders import TYPED_LEAVES, queries


@settings(max_examples=200, deadline=None)
@given(queries())
def test_the_canonical_form_reads_back_as_the_same_query(query):
    assert parse(canonical(query), limits=STORED) == query


def understood(text: str) -> tuple[Query | None, QueryError | None]:
    try:
        return parse(text), None
    except QueryError as error:
        return None, error


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [*TYPED_LEAVES, "(", ")", "OR", "AND", "NOT", "-", '"', ":", "*", ">="]
            ),
            st.text(max_size=6),
        ),
        max_size=8,
    ).map(" ".join)
)
@example("a\u0303b か\u3099 “x”")
@example('"か ゙"')
@example("'s 's's")
@example("İ ŉ ǰ")
def test_any_text_parses_and_reads_back_or_fails_with_a_right_suggestion(text):
    query, fault = understood(text)
    if query:
        assert parse(canonical(query), limits=STORED) == query
        assert say(query)
    if fault:
        assert 0 <= fault.position <= len(text)
        suggestion = fault.suggestion or "blast"
        assert canonical(parse(suggestion, limits=STORED)) == suggestion


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Blast  SINDH", "blast sindh"),
        ("blast AND sindh", "blast sindh"),
        ("blast blast", "blast"),
        ("a OR b c", "a OR b c"),
        ("(a OR b) c", "(a OR b) c"),
        ("NOT (a b)", "-(a b)"),
        ("NOT NOT a", "a"),
        ("((a))", "a"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("“Jaffar Express”", '"jaffar express"'),
        ("–cricket", "-cricket"),
        ('"or"', '"or"'),
        ("Derail*", "derail*"),
        ("TYPE:Bombing", "type:bombing"),
        ('type:"armed clash"', "type:armed_clash"),
        ("type:kidnapping", "type:abduction"),
        ("dead>=5", "killed>=5"),
        ("killed >= 5", "killed>=5"),
        ("killed≥5", "killed>=5"),
        ("killed:>5", "killed>=6"),
        ("killed<5", "killed<=4"),
        ("killed=5", "killed:5"),
        ("killed:5..10", "killed:5..10"),
        ("killed:5..", "killed>=5"),
        ("killed:..5", "killed<=5"),
        ("killed>=1,200", "killed>=1200"),
        ("severity>=Severe", "severity>=severe"),
        ("severity:high", "severity:severe"),
        ("deadline<2027-01-01", "deadline<=2026-12-31"),
        ("deadline:2027-02", "deadline:2027-02-01..2027-02-28"),
        ("deadline>2026", "deadline>=2027-01-01"),
        ("country:Pakistan", "country:PK"),
        ("country:uk", "country:GB"),
        ("country:in", "country:IN"),
        ("source:www.Dawn.com", "source:dawn.com"),
        ("lang:EN", "lang:en"),
        ('place:"Khyber Pakhtunkhwa"', 'place:"khyber pakhtunkhwa"'),
        ("near:33.6,73.0~50km", "near:33.6,73~50km"),
        ("near:33.6,73.0~10mi", "near:33.6,73~16.1km"),
        ("爆発 テロ", "爆発 テロ"),
    ],
)
def test_one_query_has_one_form(text, form):
    assert canonical(parse(text)) == form


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("", 0, None),
        ("   ", 0, None),
        ('blast "jaffar', 6, "blast jaffar"),
        ("(blast (sindh", 7, "blast sindh"),
        ("blast) sindh", 5, "blast sindh"),
        ("blast ()", 6, "blast"),
        ("blast OR", 8, "blast"),
        ("OR blast", 0, "blast"),
        ("blast or flood", 6, "blast OR flood"),
        ("Not flood", 0, "-flood"),
        ("blast - cricket", 6, "blast -cricket"),
        ("typ:bombing", 0, "type:bombing"),
        ("kiled>=5", 0, "killed>=5"),
        ("type:bombin", 5, "type:bombing"),
        ("severity>=sever", 10, "severity>=severe"),
        ("country:Pakistn", 8, "country:PK"),
        ("type>bombing", 5, "type:bombing"),
        ("killed>=5x", 8, "killed>=5"),
        ("killed:9..3", 7, "killed:3..9"),
        ("killed<0 blast", 7, "blast"),
        ("blast place:", 12, "blast"),
        ("deadline<2027-13-01 ban", 9, "deadline<=2026-12-31 ban"),
        ("near:Quetta", 5, 'near:"quetta"@30.1841,67.0014~50km'),
        ("near:Quetta~9000km", 5, 'near:"quetta"@30.1841,67.0014~2000km'),
        ("near:Atlantis~5km", 5, "place:atlantis"),
        ("near:99,10~5km blast", 5, "blast"),
        ("ter*ism", 3, "ter*"),
        ("*ism", 0, "ism"),
        ("t* blast", 0, "t blast"),
        ("counter-ter* blast", 11, "counter-ter blast"),
        ("(a+)+$", 4, "a"),
        ("col:x", 0, "col x"),
        ("Karachi: blast", 0, "karachi blast"),
        ("NEAR(", 5, None),
        ("lang:english blast", 5, "blast"),
        ("place:!!! blast", 6, "blast"),
    ],
)
def test_a_wrong_query_says_where_and_offers_the_nearest_right_one(text, position, suggestion):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert (caught.value.position, caught.value.suggestion) == (position, suggestion)


def test_two_thousand_brackets_are_refused_not_crashed_on():
    for text in ("(" * 2000, "(" * 2000 + "a" + ")" * 2000, "-" * 2000 + "a", "NOT " * 2000 + "a"):
        with contextlib.suppress(QueryError):
            parse(text, limits=Limits(characters=100_000))
    with pytest.raises(QueryError, match="deeper than 40"):
        parse("(" * 60 + "a" + ")" * 60)


def test_too_many_terms_are_refused():
    assert canonical(parse(" ".join(f"w{n}" for n in range(20)))).endswith("w19")
    with pytest.raises(QueryError, match="at most 20 terms, this one 21"):
        parse(" ".join(f"w{n}" for n in range(21)))


def test_too_many_characters_are_refused():
    with pytest.raises(QueryError, match="at most 300 characters"):
        parse("a" * 301)


def test_limits_are_the_callers():
    assert canonical(parse("a " * 400, limits=Limits(characters=1000))) == "a"
    with pytest.raises(QueryError, match="at most 1 terms"):
        parse("a b", limits=Limits(terms=1))


def test_a_tree_has_the_parts_typed():
    query = parse('blast "jaffar express" -cricket (type:bombing OR killed>=5)')
    assert query.root == And(
        (
            Term("blast"),
            Term("jaffar express"),
            Not(Term("cricket")),
            Or((Value("type", "bombing"), Range("killed", 5, None))),
        )
    )


def test_a_place_is_looked_up_when_the_query_is_typed_and_not_again():
    typed = parse('near:"My Town"~5km', places=lambda name: (1.5, 2.5))
    assert typed.root == Near(1.5, 2.5, 5.0, "my town")
    assert parse(canonical(typed), places=lambda name: None) == typed


def test_a_chat_that_wants_placeless_events_gets_them():
    assert canonical(placeless(parse("blast place:sindh"))) == ("blast (place:sindh OR place:none)")
    assert canonical(placeless(parse("blast -place:sindh"))) == "blast -place:sindh"
    assert canonical(placeless(parse("near:1,1~5km OR flood"))) == (
        "near:1,1~5km OR place:none OR flood"
    )


def test_a_query_prints_as_its_canonical_form():
    assert str(parse("Blast  sindh")) == "blast sindh"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("blast sindh", "“blast” and “sindh”"),
        ("blast sindh -cricket", "“blast” and “sindh”, but not “cricket”"),
        ("-cricket -football", "neither “cricket” nor “football”"),
        ("-cricket", "not “cricket”"),
        ("derail* OR flood", "either a word that starts with “derail” or “flood”"),
        ("blast (a OR b)", "“blast” and (either “a” or “b”)"),
        ("-(a b)", "not (“a” and “b”)"),
        ("type:armed_clash", "of type armed clash"),
        ("place:KPK", "in kpk (Khyber Pakhtunkhwa)"),
        ("place:sindh", "in sindh"),
        ("place:none", "where the place is unknown"),
        ("country:PK", "in the country Pakistan (PK)"),
        ("near:Quetta~50km", "within 50 km of quetta"),
        ("near:1.5,2~50km", "within 50 km of 1.5, 2"),
        ("actor:BLA", "done, said or suspected to be done by bla (Baloch Liberation Army)"),
        ("killed>=5", "at least 5 killed"),
        ("killed<=5", "at most 5 killed"),
        ("killed:5", "5 killed"),
        ("killed:5..9", "5 to 9 killed"),
        ("severity>=severe", "of severity severe or more"),
        ("severity<=minor", "of severity minor or less"),
        ("severity:minor..severe", "of severity minor to severe"),
        ("deadline<2027-01-01", "with a deadline by 31 Dec 2026"),
        ("deadline>=2027-01-01", "with a deadline on or after 1 Jan 2027"),
        ("date:2026-01-26", "that happened on 26 Jan 2026"),
        ("date:2026-01", "that happened from 1 Jan 2026 to 31 Jan 2026"),
    ],
)
def test_a_query_is_said_back_in_plain_words(text, words):
    assert say(parse(text)) == words


@settings(max_examples=200, deadline=None)
@given(st.lists(queries(), max_size=4))
def test_stored_queries_are_read_as_the_grammar_reads_them(asked):
    reader = Reader()
    for query in asked:
        assert reader.read(canonical(query)) == query.root


@pytest.mark.parametrize("text", ['blast "karachi', "(blast", "blast typ:x", "blast OR"])
def test_a_stored_query_that_is_damaged_is_an_error(text):
    with pytest.raises(QueryError):
        Reader().read(text)


@pytest.mark.parametrize("typed", ["(a+)+$", "(.*a){20}", "^(a|a)*b", "[a-z]+x\\\\1", "/(x+x+)+y/"])
def test_x5_a_pattern_made_to_be_slow_is_words_or_an_error_at_once(typed):
    query, error = understood(typed)
    assert (query is None) != (error is None)
    if query is not None:
        assert canonical(query)
        assert matches(query, text_document("a" * 60 + "!")) is None
