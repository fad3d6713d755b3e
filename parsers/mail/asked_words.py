"""Words by which mails ask for what no mail may get: other customers' data. Lower case; data only."""

from __future__ import annotations

# A list of what customers owe.
AGING = (
    "aging report", "ageing report", "a/r aging", "ar aging", "a/r ageing", "ar ageing", "aging summary", "ageing summary",
    "aged receivables", "aged debtors", "aged debtor", "aging list", "receivables report", "receivables aging", "debtors list",
    "debtor list", "list of debtors", "list of open receivables", "open receivables list", "list of outstanding customers",
    "accounts receivable report", "accounts receivable list", "a/r report", "opos-liste", "op-liste", "offene-posten-liste",
    "offene posten liste", "debitorenliste", "liste der offenen posten", "altersstruktur", "forderungsliste", "fälligkeitsliste",
    "balance âgée", "balance agée", "balance agee", "liste des créances", "liste des impayés", "encours clients",
    "antigüedad de saldos", "informe de antigüedad", "lista de deudores", "listado de deudores", "cuentas por cobrar",
    "scadenzario clienti", "partitario clienti", "elenco debitori", "lista crediti", "crediti scaduti per cliente",
    "ouderdomslijst", "ouderdomsanalyse", "debiteurenlijst", "lijst met openstaande posten", "openstaande postenlijst",
    "미수금 연령", "연령 분석표", "연령분석표", "미수금 현황", "미수금 목록", "매출채권 연령", "매출채권 명세", "채권 목록",
    "売掛金年齢表", "売掛金一覧", "売掛金の一覧", "債権一覧", "年齢表", "滞留債権",
    "lista de devedores", "contas a receber", "struktura wiekowa", "lista dłużników",
)  # fmt: skip
# More than one customer's data.
EVERYBODY = (
    "all customers", "all our customers", "all of our customers", "all clients", "our customers", "customer list", "customers list",
    "list of customers", "customer database", "client list", "every customer", "customers' contact", "customer contact list",
    "customer contacts", "customer emails", "customers' email", "their contact e-mail", "their contact email", "their email addresses",
    "alle kunden", "aller kunden", "unsere kunden", "unserer kunden", "kundenliste", "kundendaten", "allen kunden",
    "tous les clients", "tous nos clients", "liste des clients", "liste de nos clients", "nos clients", "todos los clientes",
    "lista de clientes", "nuestros clientes", "tutti i clienti", "elenco clienti", "lista clienti", "nostri clienti", "alle klanten",
    "klantenlijst", "onze klanten", "모든 고객", "전체 고객", "고객 명단", "고객 목록", "고객사 목록", "거래처 목록", "全顧客", "すべての顧客",
    "全ての顧客", "顧客リスト", "顧客名簿", "お客様リスト", "取引先一覧", "todos os clientes", "lista klientów", "wszystkich klientów",
)  # fmt: skip
# Money back.
REFUND = (
    "please refund", "kindly refund", "refund us", "refund the", "refund our", "refund this", "refund to", "request a refund", "a refund of",
    "be refunded", "money back", "return the overpayment", "return our payment", "wire it back", "send it back to our account",
    "rückerstatt", "zurückerstatt", "rückzahl", "zurückzahl", "zurücküberweis", "rücküberweis", "erstatten sie", "um erstattung",
    "bitte um rückzahlung", "rembourser", "remboursez", "remboursement", "reembols", "devuelvan", "devolución del importe",
    "devolver el importe", "rimbors", "restituire l'importo", "terugbetal", "terugstort", "terug te storten", "환불", "반환해", "돌려주",
    "返金", "払い戻し", "払戻", "ご返金", "reembolso", "devolução do valor", "zwrot nadpłaty", "zwrot pieniędzy",
)  # fmt: skip
