import pytest
from lxml import etree

from wirecopy.extract.text.blocks import outline_of
from wirecopy.extract.text.prose import blocks_of_tree, tidy_line


def read(markup):
    blocks = blocks_of_tree(etree.fromstring(f"<body>{markup}</body>"))
    return outline_of(blocks), [block.text for block in blocks]


@pytest.mark.parametrize(
    ("markup", "outline", "lines"),
    [
        ("<p>One <ref>two</ref>, three.</p> <p/> <p> </p>", "p", ["One two, three."]),
        ("loose<p>A</p>tail<head>H</head>", "ppph", ["loose", "A", "tail", "H"]),
        ("<p>Roses are red.<lb/>Violets are blue.</p>", "pp", ["Roses are red.", "Violets are blue."]),
        ("<p>A line of old text that was wrapped at some<lb/>column goes on.</p>", "p", None),
        ("<head>Two<lb/>lines</head><list><item>a<lb/>b</item></list>", "hl", ["Two lines", "a b"]),
        ("<quote><p>A</p><p>B</p></quote><p>C</p>", "qqp", ["A", "B", "C"]),
        ("<p>He said <quote>no</quote>, twice.</p>", "p", ["He said no, twice."]),
        ("<list><item>A<list><item>B</item></list>C</item></list>", "lll", ["A", "B", "C"]),
        ("<list><item><p>A</p><p>B</p></item></list>", "ll", ["A", "B"]),
        ("<quote><li>A</li><li>B</li></quote>", "ll", ["A", "B"]),
        ("<table><row><cell>A</cell><cell/><cell><p>B</p><p>C</p></cell></row></table>", "t", ["A | B C"]),
        ("<table><row><cell><p>A</p>B</cell></row><row><cell>C</cell></row></table>", "ppp", ["A", "B", "C"]),
        ("<code>a = 1\n  b = 2\n</code><p>Use <code>b</code>.</p>", "ppp", ["a = 1", "b = 2", "Use b."]),
        ("<p>東京<hi>都</hi>は<ref>晴れ</ref>。</p>", "p", ["東京都は晴れ。"]),
    ],
)
def test_a_tree_is_its_lines(markup, outline, lines):
    found = read(markup)
    assert found == (outline, lines or ["A line of old text that was wrapped at some column goes on."])


def test_a_line_is_tidied():
    assert tidy_line(" Grund\u00adlagen\u200b \n\t der&nbsp;Kunst &amp; mehr ") == "Grundlagen der Kunst & mehr"
    assert tidy_line("می\u200cخواهم") == "می\u200cخواهم"  # a non-joiner is spelling


def test_depth_is_no_obstacle():
    root = tip = etree.Element("body")
    for _ in range(5_000):
        tip = etree.SubElement(tip, "div")
    tip.text = "deep"
    assert [block.text for block in blocks_of_tree(root)] == ["deep"]
