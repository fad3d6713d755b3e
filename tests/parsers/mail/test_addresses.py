"""Who a mail is from: exactly one reading, or none."""

from __future__ import annotations

import pytest

from parsers.mail.addresses import author, mailboxes
from parsers.mail.domains import looks_like, same_organisation
from parsers.mail.headers import Headers
from tests.parsers.mail.made import mail


def one(value: str) -> tuple[str | None, str, tuple[str, ...]]:
    box = author(Headers((("from", value),)))
    return box.address, box.name, box.warnings


def test_the_address_in_angle_brackets_is_the_address_whatever_stands_before_it() -> None:
    address, _, warnings = one("alice@good.example <bob@evil.example>")
    assert address == "bob@evil.example"
    assert warnings == ("display_name_address:alice@good.example",)


def test_a_quoted_name_that_shows_another_address_is_a_warning() -> None:
    assert one('"ceo@good.example" <bob@evil.example>')[2] == ("display_name_address:ceo@good.example",)


def test_an_encoded_name_that_shows_another_address_is_a_warning() -> None:
    assert "display_name_address:ceo@good.example" in one("=?utf-8?Q?ceo=40good=2Eexample?= <bob@evil.example>")[2]


def test_a_name_that_repeats_its_own_address_is_none() -> None:
    assert one("ann@buyer.example <Ann@buyer.example>") == ("Ann@buyer.example", "ann@buyer.example", ())


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        ("<alice@good.example> <bob@evil.example>", "malformed_address"),
        ("alice(@evil.example)@good.example", "comment_in_address"),
        ("alice@good.example (x) @evil.example", "comment_in_address"),
        ("<@evil.example,@b.example:alice@good.example>", "source_route"),
        ("team: alice@good.example;", "group_from"),
        ("alice@good.example, bob@evil.example", "multiple_from"),
        ("=?utf-8?Q?alice=40good=2Eexample=00?=@evil.example", "encoded_address"),
        ("alice@good.example@evil.example", "malformed_address"),
        ("Ann Lee", "no_address"),
        ("", "no_from"),
    ],
)
def test_a_sender_with_two_readings_has_no_address_or_a_warning(value: str, warning: str) -> None:
    address, _, warnings = one(value)
    assert warning in warnings
    assert address is None or warning == "group_from"


def test_two_from_fields_are_no_author() -> None:
    box = author(Headers((("from", "a@good.example"), ("from", "b@evil.example"))))
    assert (box.address, box.warnings) == (None, ("multiple_from",))


def test_a_comment_may_hold_the_name() -> None:
    assert one("ann@buyer.example (Ann Lee)") == ("ann@buyer.example", "Ann Lee", ())


def test_a_comma_in_a_quoted_name_parts_nothing() -> None:
    assert one('"Lee, Ann" <ann@buyer.example>') == ("ann@buyer.example", "Lee, Ann", ())


def test_a_local_part_that_looks_like_an_address_is_a_warning() -> None:
    address, _, warnings = one('"alice@good.example"@evil.example')
    assert address == '"alice@good.example"@evil.example'
    assert warnings == ("quoted_local_part",)


def test_a_domain_is_kept_in_ascii_and_lower_case() -> None:
    assert one("Ann <Ann@MÜLLER.example>")[0] == "Ann@xn--mller-kva.example"


def test_cyrillic_letters_within_a_latin_domain_are_a_warning() -> None:
    assert any(w.startswith("mixed_script_domain:") for w in one("a@pаypal.example")[2])


def test_a_domain_all_of_look_alikes_is_a_warning() -> None:
    assert any(w.startswith("confusable_domain:") for w in one("a@аррӏе.example")[2])


def test_a_japanese_domain_is_no_warning() -> None:
    assert one("a@青葉カナabc.example")[2] == ()


def test_a_direction_override_in_the_name_is_a_warning_and_removed() -> None:
    address, name, warnings = one("Ann\u202egpj <ann@buyer.example>")
    assert (address, name, warnings) == ("ann@buyer.example", "Anngpj", ("hidden_characters",))


def test_lists_and_groups_of_recipients_are_read() -> None:
    boxes = mailboxes('"Lee, Ann" <ann@b.example>, team: bob@b.example, Carl <carl@c.example>;, dora@d.example')
    assert [b.address for b in boxes] == ["ann@b.example", "bob@b.example", "carl@c.example", "dora@d.example"]


def test_an_unending_quote_or_comment_ends_with_the_header() -> None:
    assert one('"never closed <ann@b.example>')[0] is None
    assert one("((((never closed <ann@b.example>")[0] is None


def test_reply_to_of_another_organisation_is_a_warning() -> None:
    found = mail(**{"Reply-To": "ann@other.example"}).facts
    assert found.reply_to == "ann@other.example"
    assert "reply_to_differs:ann@other.example" in found.warnings


def test_reply_to_within_the_organisation_is_none() -> None:
    assert mail(**{"Reply-To": "ap@mail.buyer.example"}).facts.warnings == ()


def test_reply_to_that_looks_like_the_sender_is_a_warning_of_its_own() -> None:
    found = mail(From="d@callowaygroup.example", **{"Reply-To": "d@callowaygr0up.example"}).facts
    assert "reply_to_lookalike:d@callowaygr0up.example" in found.warnings


def test_organisations_follow_the_public_suffix_list() -> None:
    assert same_organisation("mail.buyer.co.uk", "buyer.co.uk")
    assert not same_organisation("buyer.co.uk", "other.co.uk")
    assert not same_organisation("co.uk", "co.uk")


def test_look_alikes_are_one_shape_or_one_letter_off() -> None:
    assert looks_like("brightwater.example", "brlghtwater.example")
    assert looks_like("modern-foods.example", "rnodernfoods.example")
    assert looks_like("callowaygroup.example", "calowaygroup.example")
    assert not looks_like("buyer.example", "seller.example")
    assert not looks_like("buyer.example", "mail.buyer.example")
