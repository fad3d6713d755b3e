"""HTML: lines, tables, columns, and what a person does not see."""

from __future__ import annotations

import pytest

from parsers.media import pages_of
from parsers.page import Limits, Medium, Page, Part, Unreadable
from tests.parsers.media.made import LIMITS, cells, read, texts


def shown(body: str, head: str = "") -> Page:
    (page,) = read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "body.html", "text/html")
    assert page.medium is Medium.HTML
    return page


def rows(*rows: list[str]) -> str:
    return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)


ADVICE = (["Invoice", "Gross", "Paid"], ["RE-1", "10.00", "9.80"], ["RE-2", "20.00", "20.00"])


def test_a_data_table_has_rows_and_columns() -> None:
    page = shown(f"<p>Dear all</p><table>{rows(*ADVICE)}</table><p>Regards</p>")
    assert cells(page) == [list(row) for row in ADVICE]
    assert texts(page) == ["Dear all", "Invoice Gross Paid", "RE-1 10.00 9.80", "RE-2 20.00 20.00", "Regards"]
    assert [word.x0 for word in page.lines[2].words] == [0, 100, 200]


def test_layout_tables_around_a_data_table_leave_only_the_data_table() -> None:
    inner = f"<table>{rows(*ADVICE)}</table>"
    for _ in range(6):
        inner = f"<table width=100%><tr><td>&nbsp;</td><td align=center>{inner}</td></tr></table>"
    page = shown(f"<div>{inner}</div>")
    assert len(page.tables) == 1
    assert cells(page) == [list(row) for row in ADVICE]


def test_labels_and_values_of_a_layout_table_stand_beside_each_other() -> None:
    left = "<table><tr><td>Payment no:</td></tr><tr><td>Date:</td></tr></table>"
    right = "<table><tr><td>4711</td></tr><tr><td>2025-03-01</td></tr></table>"
    page = shown(f"<table><tr><td>{left}</td><td>{right}</td></tr></table>")
    assert texts(page) == ["Payment no: 4711", "Date: 2025-03-01"]
    assert {line.words[-1].x0 for line in page.lines} == {100}


def test_rows_that_are_tables_of_their_own_keep_their_columns() -> None:
    page = shown("".join(f"<table>{rows(list(row))}</table>" for row in ADVICE))
    assert texts(page) == ["Invoice Gross Paid", "RE-1 10.00 9.80", "RE-2 20.00 20.00"]
    assert [[word.x0 for word in line.words] for line in page.lines] == [[0, 100, 200]] * 3


def test_a_value_with_several_lines_stays_beside_its_label() -> None:
    page = shown(
        "<table><tr><td>Ship to</td><td>Contoso<br>Main Street 1<br>Town</td></tr><tr><td>Date</td><td>1</td></tr></table>"
    )
    assert texts(page) == ["Ship to Contoso", "Main Street 1", "Town", "Date 1"]
    assert cells(page)[0] == ["Ship to", "Contoso\nMain Street 1\nTown"]


def test_cells_that_reach_over_columns_and_rows_stand_at_their_first_place() -> None:
    page = shown(
        "<table><tr><th rowspan=2>Invoice</th><th colspan=2>Amount</th></tr><tr><th>Gross</th><th>Paid</th></tr>"
        "<tr><td>RE-1</td><td>10</td><td>9</td></tr><tr><td colspan=99>Thank you</td></tr></table>"
    )
    assert cells(page) == [
        ["Invoice", "Amount", None],
        [None, "Gross", "Paid"],
        ["RE-1", "10", "9"],
        ["Thank you", None, None],
    ]


def test_one_word_may_be_in_several_elements_and_a_space_may_end_an_element() -> None:
    assert texts(shown("<p><b>RE</b>-<i>77</i> <span>paid </span>on<br>Monday\n  morning</p>")) == [
        "RE-77 paid on",
        "Monday morning",
    ]


def test_an_index_does_not_become_a_digit_of_the_figure() -> None:
    assert texts(shown("Total 1,234.56<sup>1</sup> EUR, 5 m<sup>2</sup>")) == ["Total 1,234.56 1 EUR, 5 m 2"]


def test_entities_and_hard_spaces_are_what_they_show() -> None:
    page = shown("M&uuml;ller &amp; S&#246;hne&nbsp;&nbsp;&nbsp;&euro; 5")
    assert texts(page) == ["Müller & Söhne € 5"]
    words = page.lines[0].words
    assert words[3].x0 - words[2].x1 == 18


def test_preformatted_text_keeps_its_columns() -> None:
    page = shown("<pre>Invoice    Paid\nRE-1\t9.90\n\nEnd</pre>")
    assert [[(word.text, word.x0) for word in line.words] for line in page.lines] == [
        [("Invoice", 0), ("Paid", 66)],
        [("RE-1", 0), ("9.90", 48)],
        [("End", 0)],
    ]


def test_columns_made_of_blocks_side_by_side_share_a_line() -> None:
    assert texts(shown('<div style="display:flex"><div>Total</div><div>9.80</div></div><div>End</div>')) == [
        "Total 9.80",
        "End",
    ]
    assert texts(
        shown('<div style="display:inline-block">Total</div><div style="display:inline-block">9.80</div>')
    ) == ["Total 9.80"]


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY: None !important",
        "visibility:hidden",
        "font-size:0",
        "font-size:1px;line-height:1px",
        "color:#fff",
        "color:white",
        "color:rgb(250, 252, 255)",
        "color:#ffffff00",
        "opacity:0",
        "max-height:0;overflow:hidden",
        "height:1px;width:1px;overflow:hidden",
        "text-indent:-9999px",
        "position:absolute;left:-5000px",
        "text-decoration: line-through",
        "background-color:#000000;color:#050505",
    ],
)
def test_what_is_styled_away_is_hidden(style: str) -> None:
    page = shown(f'<p>shown <span style="{style}">un<b>seen</b></span></p>')
    assert texts(page) == ["shown"]
    assert page.hidden == ("un", "seen")


@pytest.mark.parametrize(
    "body",
    [
        '<td style="background:#003366"><span style="color:#fff">seen</span></td>',
        '<td bgcolor="#003366"><font color="white">seen</font></td>',
        '<td style="background:linear-gradient(#000,#333)"><span style="color:#fff">seen</span></td>',
        '<td background="dark.png"><span style="color:#fff">seen</span></td>',
        '<td style="font-size:0"><span style="font-size:14px">seen</span></td>',
        '<td style="visibility:hidden"><span style="visibility:visible">seen</span></td>',
        '<td style="color:var(--brand)">seen</td>',
        '<td style="color:#777">seen</td>',
    ],
)
def test_what_can_be_seen_is_not_hidden(body: str) -> None:
    page = shown(f"<table><tr>{body}</tr></table>")
    assert (texts(page), page.hidden) == (["seen"], ())


def test_style_sheets_hide_and_other_screens_do_not_count() -> None:
    sheet = (
        "<style>/* x { color: red } */ .pre, td.gone { display:none } #id{display:none!important} "
        ".head th { background:#333; color:#fff } .pre b { display: inline }"
        "@media only screen and (max-width:600px) { .wide { display:none !important } }</style>"
    )
    page = shown(
        '<div class="x pre">preheader <b>too</b></div><p id=id style="display:block">gone</p><p class=wide>wide</p>'
        "<table class=head><tr><th>Invoice</th><th>Paid</th></tr><tr><td class=gone>1</td><td>2</td></tr></table>",
        sheet,
    )
    assert texts(page) == ["wide", "Invoice Paid", "2"]
    assert page.hidden == ("preheader", "too", "gone", "1")


def test_a_selector_that_is_not_understood_makes_no_text_vanish() -> None:
    sheet = "<style>tr:nth-child(1) td { background: #000 } .light { color: #fff }</style>"
    page = shown("<table><tr><td class=light>seen</td></tr></table>", sheet)
    assert (texts(page), page.hidden) == (["seen"], ())


def test_deleted_prices_are_no_content() -> None:
    page = shown("<p>Price <del>99.00</del> <s>88.00</s> 77.00</p>")
    assert texts(page) == ["Price 77.00"]
    assert page.hidden == ("99.00", "88.00")


def test_scripts_comments_and_titles_are_no_lines() -> None:
    page = shown(
        "<script>var total = 5;</script><!-- total 6 --><!--[if mso]><p>total 7</p><![endif]-->"
        "<![if !mso]><p>seen</p><![endif]><o:p>&nbsp;</o:p>",
        "<title> The\n advice </title>",
    )
    assert (texts(page), page.title) == (["seen"], "The advice")


@pytest.mark.parametrize("depth", [300, 900])
def test_text_nested_very_deeply_is_still_read(depth: int) -> None:
    assert texts(shown("<div>" * depth + "deep" + "</div>" * depth)) == ["deep"]


def test_what_is_nested_beyond_all_measure_is_refused_and_never_lost_in_silence() -> None:
    data = b"<html><body>" + b"<div>" * 5_000 + b"deep" + b"</div>" * 5_000 + b"</body></html>"
    answer = pages_of(Part("x.html", "text/html", data), LIMITS)
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    page = shown("<table><tr><td>a<td>b<tr><td>c<td>d</table><p>end<div>of <b>it")
    assert cells(page) == [["a", "b"], ["c", "d"]]
    assert texts(page)[-2:] == ["end", "of it"]


def test_limits_hold() -> None:
    for body, limits in (
        ("<p>x</p>" * 100, Limits(lines_max=50)),
        (f"<table>{rows(['x'] * 50)}</table>", Limits(columns_max=20)),
        (f"<table>{rows(*[['x'] * 10] * 100)}</table>", Limits(cells_max=500)),
        ("<table><tr><td colspan=99999 rowspan=99999>x</td><td>y</td></tr></table>", Limits(cells_max=500)),
    ):
        answer = pages_of(Part("x.html", "text/html", f"<html>{body}</html>".encode()), limits)
        assert isinstance(answer, Unreadable)
        assert answer.code == "too_large"


def test_the_charset_of_a_meta_element_is_used() -> None:
    data = '<html><head><meta charset="windows-1250"></head><body>Zapłata źródło</body></html>'.encode("cp1250")
    assert texts(read(data, "x.html")[0]) == ["Zapłata źródło"]
    assert texts(read("<html><p>Grüße</p></html>".encode("utf-16"), "x.html")[0]) == ["Grüße"]


def test_hidden_text_that_is_shown_as_well_is_no_warning() -> None:
    page = shown('<div style="display:none">Payment 77 of Contoso</div><p>Payment 77 of Contoso was made.</p>')
    assert page.hidden == ()
