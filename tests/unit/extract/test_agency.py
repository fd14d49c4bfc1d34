"""News agencies: credited in bylines, datelines and credit lines; reported about, quoted, or of a photograph."""

from __future__ import annotations

import time

import pytest

from wirecopy.extract.people.agency import find_agency
from wirecopy.extract.people.agency_names import known_agencies
from wirecopy.extract.text.blocks import paragraphs_of
from wirecopy.models import AgencyOrigin

BODY = (
    "The harbour bridge opens two months late, its builders say.\nFerries run until the spring.\nNobody has to change habits."
)


def in_byline(*authors: str) -> str | None:
    found = find_agency(authors, paragraphs_of(BODY))
    assert found is None or found.origin is AgencyOrigin.BYLINE
    return found.name if found else None


def in_dateline(head: str) -> str | None:
    found = find_agency((), paragraphs_of(f"{head} the harbour bridge opens two months late.\n{BODY}"))
    assert found is None or found.origin is AgencyOrigin.DATELINE
    return found.name if found else None


def in_credit(line: str) -> str | None:
    found = find_agency((), paragraphs_of(f"{BODY}\n{line}"))
    assert found is None or found.origin is AgencyOrigin.CREDIT
    return found.name if found else None


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("By REUTERS", "Reuters"), ("Reuters Staff", "Reuters"), ("dpa/AFP", "dpa"), ("The Associated Press", "AP"), ("AFP mit dpa", "AFP"),
        ("Jane Doe, AP", "AP"), ("By Jane Doe, Associated Press", "AP"), ("Jane Doe (AP)", "AP"), ("(dpa/lno)", "dpa"),
        ("Anadolu Ajansı", "Anadolu"), ("Von dpa", "dpa"), ("Deutsche Presse-Agentur", "dpa"), ("John Roe | Reuters", "Reuters"),
        ("PTI", "PTI"), ("新华社", "Xinhua"), ("연합뉴스", "Yonhap"), ("Agence France-Presse", "AFP"), ("TT", "TT"), ("Text: Jane Doe/dpa", "dpa"),
        ("РИА Новости", "RIA Novosti"), ("رويترز", "Reuters"), ("Europa Press", "Europa Press"), ("Redaktion mit dpa", "dpa"),
    ],
)  # fmt: skip
def test_bylines(author: str, name: str) -> None:
    assert in_byline(author) == name


@pytest.mark.parametrize(
    "author",
    ["Foto: dpa", "Jane Doe, Foto: dpa", "Jane Doe; photo Reuters", "Beta Lee", "Mia", "MIA", "Sita Ram", "AP Moller", "PA Fisher", "Trend Micro",
     "Jane AP Smith", "Map Ta Phut", "Ansa Khan", "Efe Demir", "Petra Braun", "Antara Ghosh", "dpaul", "News Desk", ""],
)  # fmt: skip
def test_persons_and_photographs_are_no_agency(author: str) -> None:
    assert in_byline(author) is None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("BERLIN (dpa) -", "dpa"), ("Berlin (dpa)", "dpa"), ("Berlin/Hamburg (dpa/lno) –", "dpa"), ("WASHINGTON (AP) —", "AP"),
        ("PARIS, May 3 (Reuters) -", "Reuters"), ("(Reuters) -", "Reuters"), ("(ANSA) - ROMA, 03 MAG -", "ANSA"), ("Madrid, 3 may (EFE).-", "EFE"),
        ("MADRID, 3 May. (EUROPA PRESS) -", "Europa Press"), ("Wien (APA) –", "APA"), ("Warszawa (PAP) -", "PAP"), ("ISTANBUL (AA) -", "Anadolu"),
        ("【新华社北京5月3日电】", "Xinhua"), ("新华社北京5月3日电（记者张三）", "Xinhua"), ("中新网5月3日电", "CNS"), ("中央社記者王小明台北3日電", "CNA Taiwan"),
        ("МОСКВА, 3 мая - РИА Новости.", "RIA Novosti"), ("МОСКВА, 3 мая. /ТАСС/.", "TASS"), ("MOSCOW, May 3. /TASS/.", "TASS"),
        ("KYIV. May 3 (Interfax-Ukraine) –", "Interfax-Ukraine"), ("BAKU, Azerbaijan, May 3. Trend:", "Trend"), ("DAMASCUS, SANA –", "SANA"),
        ("NEW DELHI: (PTI)", "PTI"), ("नयी दिल्ली, 3 मई (भाषा)", "PTI"), ("【東京共同】", "Kyodo"), ("【ワシントン＝時事】", "Jiji Press"),
        ("［ロンドン 3日 ロイター］ -", "Reuters"), ("(서울=연합뉴스) 홍길동 기자 =", "Yonhap"), ("[서울=뉴시스]", "Newsis"), ("باريس (أ ف ب) -", "AFP"),
        ("BEIJING, May 3 (Xinhua) --", "Xinhua"), ("KUALA LUMPUR, May 3 (Bernama) --", "Bernama"), ("Jakarta (ANTARA) -", "Antara"), ("AP -", "AP"), ("TASS - KAZINFORM -", "TASS"),
    ],
)  # fmt: skip
def test_datelines(head: str, name: str) -> None:
    assert in_dateline(head) == name


@pytest.mark.parametrize(
    "head",
    ["The Press Trust of India (PTI) said", "Prime Minister Imran Khan (PTI) said", "Die Nachrichtenagentur (dpa) meldet,", "Reuters reported that",
     "REUTERS/John Smith", "The Moroccan Atlas (MAP) shows", "The Metals and Infrastructure Act (MIA) says", "He was seen in a beta (BETA) test:",
     "Police in the town said on Monday evening to AP -", "dpa meldet, dass", "Foto: Berlin (dpa) -", "A trend: that", "Sana - a city -",
     "According to the German agency (dpa) -", "He told TASS, and then Interfax, that", "AP Photo/John Smith -"],
)  # fmt: skip
def test_agencies_that_are_reported_about_are_no_dateline(head: str) -> None:
    assert in_dateline(head) is None


def test_a_dateline_may_follow_a_standfirst() -> None:
    found = find_agency((), paragraphs_of(f"It took two months more.\nLONDON (Reuters) - The bridge opens.\n{BODY}"))
    assert found is not None
    assert (found.name, found.origin, found.stated) == ("Reuters", AgencyOrigin.DATELINE, "LONDON (Reuters) -")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("(AFP)", "AFP"), ("dpa", "dpa"), ("dpa/AFP", "dpa"), ("Quelle: dpa", "dpa"), ("Source: AFP", "AFP"), ("Kaynak: AA", "Anadolu"),
        ("来源：新华社", "Xinhua"), ("Источник: ТАСС", "TASS"), ("With inputs from PTI", "PTI"), ("(With inputs from ANI)", "ANI"), ("--IANS", "IANS"),
        ("With files from The Canadian Press", "CP"), ("Copyright 2024 The Associated Press. All rights reserved.", "AP"), ("© 2024 AFP", "AFP"),
        ("(Reporting by Jane Doe in Kyiv; Editing by John Roe)", "Reuters"), ("(APA)", "APA"), ("(ATS)", "Keystone-SDA"), ("PTI KRH RT", "PTI"),
        ("The minister left. (AFP)", "AFP"), ("It ended there. — Reuters", "Reuters"), ("政府は述べた。（共同）", "Kyodo"), ("(avec AFP)", "AFP"),
        ("con información de EFE", "EFE"), ("com informações da Agência Brasil", "Agência Brasil"), ("Mit Material der dpa", "dpa"),
        ("© dpa-infocom, dpa:230503-99-5555/3", "dpa"), ("RIPRODUZIONE RISERVATA © Copyright ANSA", "ANSA"), ("wird erwartet (APA, 29.4.2016)", "APA"),
        ("This story was originally published by the Associated Press.", "AP"), ("Diese Meldung wurde von der dpa erstellt.", "dpa"),
    ],
)  # fmt: skip
def test_credit_lines(line: str, name: str) -> None:
    assert in_credit(line) == name


@pytest.mark.parametrize(
    "line",
    ["He told Reuters.", "wie die dpa berichtet.", "sagte er der dpa.", "according to AP", "He works with AP.", "He joined the Associated Press (AP).",
     "SPD-Chef sagte der Deutschen Presse-Agentur (dpa).", "(Photo by AFP via Getty)", "Foto: dpa", "REUTERS/John Smith", "With agency inputs",
     "ots", "MAP", "Mia", "APS", "the group said (MIA).", "The story was denied by the agency.", "Read more in the MAP", "Bild: AP (Archiv)"],
)  # fmt: skip
def test_quotations_and_photographs_are_no_credit(line: str) -> None:
    assert in_credit(line) is None


def test_a_credit_in_the_middle_of_the_text_is_a_captions() -> None:
    assert find_agency((), paragraphs_of(f"{BODY}\nThe bridge on Monday. AP\n{BODY}\n{BODY}")) is None


def test_an_agencys_own_site_credits_no_other() -> None:
    found = find_agency(["AFP"], paragraphs_of(f"BERLIN (dpa) - {BODY}"), site_names=("Reuters", "reuters.com", "reuters"))
    assert found is not None
    assert (found.name, found.origin) == ("Reuters", AgencyOrigin.PUBLISHER)
    assert find_agency((), paragraphs_of(BODY), site_names=("The Daily AP", "ap-news.example")) is None


def test_the_byline_comes_before_the_dateline_before_the_credit() -> None:
    blocks = paragraphs_of(f"BERLIN (dpa) - {BODY}\n(AFP)")
    by_author = find_agency(["Jane Doe", "AP"], blocks)
    by_dateline = find_agency(["Jane Doe"], blocks)
    assert by_author is not None
    assert by_dateline is not None
    assert (by_author.name, by_author.stated, by_dateline.name) == ("AP", "AP", "dpa")


def test_the_table_names_every_agency_once_and_no_form_twice() -> None:
    agencies = known_agencies()
    names = [agency.name for agency in agencies]
    forms = [form for agency in agencies for form in (*agency.codes, *agency.weak_codes, *agency.names)]
    domains = [domain for agency in agencies for domain in agency.domains]
    assert len(names) == len(set(names)) >= 100
    assert len(forms) == len(set(forms))
    assert len(domains) == len(set(domains))
    assert all(agency.codes or agency.names for agency in agencies)


@pytest.mark.parametrize("piece", ["(AP ", "AP - ", "(", "dpa/", "Reporting by ", "© ", "【共同", "a;"])
def test_hostile_texts_are_read_in_time(piece: str) -> None:
    huge = piece * (3_000_000 // len(piece))
    blocks = paragraphs_of("\n".join([huge] * 8))
    began = time.process_time()
    find_agency([huge] * 200, blocks)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("head", ["HARRISBURG, PA —", "PITTSBURGH, PA -", "PHILADELPHIA, PA:"])
def test_a_state_after_a_town_is_no_agency(head: str) -> None:
    assert in_dateline(head) is None


@pytest.mark.parametrize(
    "line", ["With AP classes", "With AP classes, students save money", "Mit TT-Technik gewinnt Audi", "Nach AA wird es besser"]
)
def test_words_after_a_code_make_a_sentence_of_a_credit(line: str) -> None:
    assert in_credit(line) is None
