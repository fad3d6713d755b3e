"""Words by which automatic replies, newsletters and business mail are told apart. Lower case; data only."""

from __future__ import annotations

# Subjects begin so only where a program wrote them.
AUTO_SUBJECTS = (
    "automatic reply", "automatic response", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse",
    "auto:", "automated reply", "automated response", "out of office:", "out-of-office:", "out of office reply",
    "out of office autoreply", "out of the office:", "vacation reply", "automatische antwort", "automatische abwesenheit",
    "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsmeldung", "abwesenheitsassistent", "autom. antwort",
    "réponse automatique", "reponse automatique", "réponse d'absence", "message d'absence", "absence du bureau", "absent du bureau",
    "respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina", "risposta automatica", "fuori sede",
    "fuori ufficio", "automatisch antwoord", "automatisch bericht", "afwezigheidsbericht", "afwezig", "resposta automática",
    "resposta automatica", "fora do escritório", "ausência temporária", "autoodpowiedź", "odpowiedź automatyczna",
    "automatyczna odpowiedź", "automatiskt svar", "autosvar", "frånvaro", "automatisk svar", "fravær", "ikke til stede",
    "automaattinen vastaus", "automaattivastaus", "poissa", "automatická odpověď", "автоматический ответ", "автоответ",
    "automatikus válasz", "otomatik yanıt", "自動応答", "自動返信", "不在通知", "不在のお知らせ", "자동 회신", "자동 응답", "자동응답", "부재중",
    "부재 중", "自动答复", "自动回复", "自動回覆", "gelesen:", "lu :", "leído:", "letto:", "gelezen:", "開封済み:",
    "읽음:", "已读:",
)  # fmt: skip
ABSENT_SUBJECTS = (
    "out of office", "out-of-office", "out of the office", "ooo", "on vacation", "on holiday", "on leave", "annual leave",
    "maternity leave", "away from", "abwesen", "urlaub", "nicht im büro", "nicht im haus", "absence", "absent", "congé", "vacances",
    "ausente", "ausencia", "vacaciones", "assente", "assenza", "ferie", "afwezig", "vakantie", "férias", "ausente", "nieobecn",
    "urlop", "semester", "ferie", "loma", "dovolen", "отпуск", "szabadság", "不在", "休暇", "휴가", "부재", "休假",
)  # fmt: skip
ABSENT_PHRASES = (
    "out of the office", "out of office", "on annual leave", "on vacation", "on holiday", "on leave", "limited access to", "no access to",
    "will not be reading", "not checking email", "away from my desk", "will respond upon my return", "will reply upon my return",
    "reply when i return", "respond when i return", "i will be back", "i am currently away", "parental leave", "automatic reply",
    "automated response", "in my absence", "during my absence", "for urgent matters", "in urgent cases", "nicht im büro",
    "nicht im haus", "nicht im hause", "bin ich abwesend", "ich bin abwesend", "in dringenden fällen", "in meiner abwesenheit",
    "während meiner abwesenheit", "im urlaub", "wieder erreichbar", "wird nicht weitergeleitet", "nicht weitergeleitet",
    "absent du bureau", "absente du bureau", "actuellement absent", "suis absent", "en congé", "en cas d'urgence", "mon absence",
    "de retour le", "serai absent", "fuera de la oficina", "estaré ausente", "estoy de vacaciones", "en caso de urgencia",
    "mi ausencia", "acceso limitado", "fuori ufficio", "sono assente", "sarò assente", "in ferie", "in caso di urgenza",
    "per urgenze", "afwezig", "niet aanwezig", "mijn afwezigheid", "met vakantie", "bij spoed", "ausente do escritório",
    "estarei ausente", "em caso de urgência", "minha ausência", "de férias", "poza biurem", "jestem nieobecn", "na urlopie",
    "w pilnych sprawach", "inte på kontoret", "på semester", "min frånvaro", "på ferie", "mit fravær", "ikke på kontoret",
    "lomalla", "poissa", "mimo kancelář", "dovolené", "в отпуске", "отсутств", "不在にして", "休暇をいただいて", "不在期間", "お急ぎの場合",
    "休暇中", "부재중", "휴가", "급하신", "자리를 비", "外出", "休假", "紧急事宜",
)  # fmt: skip
# A subject that names a document; with a marketing word beside it, it may also be about one in general.
SUBJECT_DEALS = (
    "remittance", "payment advice", "payment notification", "payment confirmation", "payment sent", "payment has been", "payment scheduled",
    "has paid you", "paid you", "sent you a payment", "you have a payment", "you've received a payment", "you received a payment",
    "deposit notification", "ach notification", "eft notification", "eft payment", "ach payment", "wire notification", "has been paid",
    "payment from", "credit advice", "check advice", "purchase order", "new order", "order confirmation", "order acknowledg",
    "po number", "po #", "change order", "proof of delivery", "delivery confirmation", "was delivered", "has been delivered", "goods receipt",
    "receiving advice", "shipment delivered", "invoice rejected", "invoice has been", "invoice dispute", "zahlungsavis", "zahlungsavi",
    "avis ", "bestellung", "wareneingang", "lieferschein", "gutschriftanzeige", "rechnung", "avis de paiement", "avis de virement",
    "bon de commande", "commande n", "aviso de pago", "notificación de pago", "comprobante de pago", "orden de compra", "pedido",
    "avviso di pagamento", "ordine d'acquisto", "ordine n", "betalingsadvies", "betaalspecificatie", "inkooporder", "aviso de pagamento",
    "pedido de compra", "awizo", "zamówienie", "betalningsavi", "inköpsorder", "betalingsadvis", "indkøbsordre", "maksuilmoitus",
    "支払通知", "振込通知", "お支払", "注文書", "発注", "検収", "納品", "입금", "송금", "지급 통지", "발주", "주문서", "납품", "付款通知", "采购订单",
)  # fmt: skip
DEALS = (
    "remittance", "payment", "paid", "deposited", "credited", "transfer", "cheque", "purchase order", "order number", "delivered",
    "delivery note", "proof of delivery", "shipment", "your invoice", "invoice no", "invoice number", "zahlung", "überwiesen", "überweisung",
    "gutgeschrieben", "bestellung", "bestellnummer", "lieferung", "rechnung", "paiement", "virement", "réglé", "commande", "livraison",
    "facture", "pago", "transferencia", "pagado", "pedido", "entrega", "factura", "pagamento", "bonifico", "ordine", "consegna", "fattura",
    "betaling", "betaald", "bestelling", "levering", "factuur", "encomenda", "fatura", "płatność", "przelew", "zamówienie", "dostawa",
    "faktura", "betalning", "beställning", "leverans", "tilaus", "toimitus", "lasku", "maksu", "支払", "振込", "注文", "納品", "請求",
    "입금", "송금", "지급", "발주", "주문", "납품", "계산서", "付款", "订单", "发票",
)  # fmt: skip
MARKETING = (
    "webinar", "newsletter", "register now", "join us", "tips", "ways to", "how to", "guide", "whitepaper", "white paper", "e-book", "ebook",
    "% off", "discount on", "sale ", "offer", "black friday", "cyber monday", "trends", "save ", "demo", "invitation", "conference",
    "einladung", "angebot", "rabatt", "jetzt anmelden", "neuigkeiten", "invitation", "offre", "promo", "découvrez", "oferta", "descuento",
    "invitación", "offerta", "sconto", "scopri", "aanbieding", "korting", "uitnodiging", "erbjudande", "tilbud", "セミナー", "メルマガ",
    "ご案内", "キャンペーン", "뉴스레터", "세미나", "이벤트", "(광고)", "优惠", "研讨会",
)  # fmt: skip
