"""Words that only the one who is paid writes: a paper or mail that thanks for a payment tells of none of its own."""

from __future__ import annotations

import re

from parsers.values.folding import fold_words

_THANKS = re.compile(
    r"\bthank(?:s| you)\b.{0,20} for (?:your|the) (?:recent )?(?:payment|remittance)"
    r"|\bdank(?:en)?\b.{0,20} fur (?:ihre?|die|das) (?:zahlung|uberweisung)"
    r"|\bremerci\w+ (?:de|pour) (?:votre|le) (?:avis de )?(?:paiement|virement|reglement)"
    r"|\b(?:agradece\w*|gracias por) su (?:aviso de )?(?:pago|transferencia)"
    r"|\bringrazi\w+ per (?:l ?.? ?avviso di |il |il vostro |il suo )?(?:pagamento|bonifico)"
    r"|\bdank voor uw (?:betaling|betaaladvies|overschrijving)"
    r"|\bdziekujemy za (?:platnosc|wplate|przelew)|\bobrigado pel\w (?:seu |vosso )?pagamento"
    r"|(?:입금해|송금해|지급해|통지서를 보내) ?주셔서 감사"
    r"|(?:支払通知書|お支払い?|ご入金|お振込み?).{0,12}いただき.{0,6}ありがとう"
)
_LOOKED_AT = 1_500


def thanks_for_payment(text: str) -> bool:
    """Return whether the text thanks for a payment or for an advice of one, in any language of the lexicon."""
    return _THANKS.search(fold_words(" ".join(text[:_LOOKED_AT].split()))) is not None
