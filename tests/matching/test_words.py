from __future__ import annotations

import pytest

from matching.words import Bucket, bucket_of


@pytest.mark.parametrize(
    ("text", "bucket"),
    [
        ("SHORT 2 EA VL-220", Bucket.QUANTITY),
        ("Fehlmenge 3 Stück", Bucket.QUANTITY),
        ("수량 부족", Bucket.QUANTITY),
        ("GOODS BILLED NOT SHIPPED", Bucket.NOT_RECEIVED),
        ("marchandise non reçue", Bucket.NOT_RECEIVED),
        ("CARTON DAMAGED/FRT BILL SIGNED DAMAGED", Bucket.DAMAGED),
        ("beschädigt angeliefert", Bucket.DAMAGED),
        ("破損しておりました", Bucket.DAMAGED),
        ("PRICE PER CONTRACT 7.20 NOT 7.85", Bucket.PRICE),
        ("Preisabweichung", Bucket.PRICE),
        ("Bank charges deducted USD 28.00", Bucket.FEE),
        ("振込手数料(貴社ご負担)", Bucket.FEE),
        ("RETA1NAGE", Bucket.RETENTION),
        ("retención IRPF 15 %", Bucket.WITHHOLDING),
        ("TDS u/s 194Q", Bucket.WITHHOLDING),
        ("arrondi 1,00", Bucket.ROUNDING),
        ("3 % Skonto", Bucket.DISCOUNT),
        ("Teilzahlung 1", Bucket.PART_PAYMENT),
        ("billed twice", Bucket.DUPLICATE),
        ("불량 반품 차감", Bucket.QUALITY),
        ("SENSORS", Bucket.OTHER),
        ("shortbread biscuits", Bucket.OTHER),
        ("", None),
        (None, None),
    ],
)
def test_words_name_the_kind_of_a_difference(text, bucket):
    assert bucket_of(text) is bucket


def test_words_win_over_a_code_whose_meaning_differs_between_payers():
    assert bucket_of("DEFECTIVE ALLOWANCE", "59") is Bucket.QUALITY and bucket_of(None, "59") is Bucket.NOT_RECEIVED
